"""Indonesian for what every service's trail says beyond the service's own words."""

from types import MappingProxyType

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
    {"after_agreement": "Setelah ditetapkan", "differs": "Berbeda dari usulan", "late": "Terlambat"}
)
SYSTEM = "Sistem"
ANSWERING = "Sistem, menanggapi {what}"
OTHER_SYSTEM = "Sistem lain ({id})"
NOT_KNOWN_YET = "Pegawai (data menyusul)"
ERASED = "dihapus"
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
