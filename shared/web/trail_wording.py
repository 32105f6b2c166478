"""Indonesian for what every service's trail says beyond the service's own words."""

from types import MappingProxyType

from shared.projection.trail import Flag

ROLES = MappingProxyType(
    {
        "employee": "pegawai",
        "appraiser": "Pejabat Penilai Kinerja",
        "appraisers_superior": "Atasan Pejabat Penilai",
        "hr": "pengelola kepegawaian",
        "performance_officer": "Pengelola Kinerja",
        "auditor": "pemeriksa",
        "system": "sistem",
        "people:map": "pencari identitas pegawai",
    }
)
FLAGS = MappingProxyType(
    {
        Flag.AFTER_AGREEMENT.value: "Setelah ditetapkan",
        Flag.DIFFERS.value: "Berbeda dari usulan",
        Flag.LATE.value: "Terlambat",
        Flag.CORRECTED.value: "Koreksi",
    }
)
SYSTEM = "Sistem"
ANSWERING = "Sistem, menanggapi {what}"
OTHER_SYSTEM = "Sistem lain ({id})"
NOT_KNOWN_YET = "Pegawai (data menyusul)"
ERASED = "dihapus"
TEXT_UNREADABLE = "tidak dapat dibaca; lihat Pembuktian"
UNREADABLE = "{what} (tidak dapat dibaca)"
YES, NO = "Ya", "Tidak"
STANDS_BEFORE = "Keadaan sebelum kejadian pertama"
STANDS_AFTER = "Keadaan setelah: {what}"
COLUMNS = (
    "waktu",
    "pegawai",
    "unit",
    "kejadian",
    "pelaku",
    "sebagai",
    "alasan",
    "isian yang berubah",
    "tanda",
    "alamat catatan",
)
