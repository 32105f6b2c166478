"""Indonesian of the sample issuer's pages."""

PROBLEMS = {
    "sign-in-request-wrong": "Permintaan masuk ini tidak lengkap",
    "sample-person-unknown": "Orang contoh ini tidak dikenal",
}
DETAILS = {
    "sign-in-request-wrong": "Mulai lagi dari tombol Masuk di halaman depan.",
    "sample-person-unknown": "Pilih salah satu orang pada daftar.",
}
ROLES = {
    "hr": "Kepegawaian",
    "performance_officer": "Pengelola Kinerja",
    "auditor": "Pemeriksa",
}
