"""Indonesian of the door's own pages and problems."""

SERVICES = {
    "planning": "Perencanaan",
    "assessment": "Penilaian",
    "followup": "Tindak lanjut",
    "issuer": "Layanan masuk",
}
PLACES = {
    "planning": ("SKP saya", "/perencanaan/skp"),
    "assessment": ("Realisasi & bukti", "/penilaian/realisasi"),
    "followup": ("Tindak lanjut", "/tindak-lanjut"),
}
AWAY = "{service} sedang tidak dapat dihubungi"
PROBLEMS = {
    "sign-in-failed": "Anda belum berhasil masuk",
}
DETAILS = {
    "sign-in-failed": "Mulai lagi dari tombol Masuk. Bila terulang, sampaikan kepada pengelola sistem.",
    "service-away": "{service} sedang tidak dapat dihubungi. Bagian lain tetap dapat dipakai.",
    "token-missing": "Masuk dahulu, lalu ulangi. Tidak ada yang berubah.",
}
STAGES = (
    ("planning", "Perencanaan", "sampai SKP ditetapkan"),
    ("doing", "Pelaksanaan", "sepanjang tahun"),
    ("assessing", "Penilaian", "sejak penilaian dibuka"),
    ("following_up", "Tindak lanjut", "setelah hasil diumumkan"),
)
