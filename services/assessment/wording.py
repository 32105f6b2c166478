"""Indonesian for every code, status and field of assessment."""

PROBLEMS: dict[str, str] = {
    "plan-not-agreed": "SKP belum ditetapkan",
    "result-is-published": "Hasil penilaian sudah diumumkan",
    "result-not-published": "Hasil penilaian belum diumumkan",
    "own-rating": "Tidak seorang pun menilai dirinya sendiri",
    "not-the-appraiser": "Hanya Pejabat Penilai Kinerja pegawai ini pada tanggal itu yang dapat menilai",
    "not-the-appraisers-superior": "Hanya Atasan Pejabat Penilai pegawai ini yang dapat mengoreksi",
    "not-the-employee": "Hanya pegawai yang bersangkutan yang dapat melakukan ini",
    "difference-without-reason": "Rating berbeda dari usulan, tetapi alasannya belum ditulis",
    "correction-without-reason": "Koreksi harus disertai alasan",
    "behavior-incomplete": "Ketujuh nilai BerAKHLAK harus dinilai, masing-masing satu kali",
    "rating-incomplete": "Rating hasil kerja dan rating perilaku harus disimpan dahulu",
    "rating-out-of-date": "Realisasi berubah sejak rating hasil kerja disimpan",
    "feedback-missing": "Masih ada rencana hasil kerja tanpa umpan balik",
    "result-has-moved": "Hasil penilaian sudah dikoreksi lebih dahulu",
    "indicator-unknown": "Indikator itu tidak ada pada SKP yang berlaku",
    "month-outside-period": "Bulan itu di luar masa SKP",
    "month-not-started": "Bulan itu belum dimulai",
    "realisation-negative": "Realisasi tidak boleh kurang dari nol",
    "completed-in-future": "Tanggal selesai tidak boleh sesudah hari ini",
    "report-missing": "Bulan itu belum dilaporkan",
    "report-not-late": "Laporan itu tidak terlambat",
    "earlier-date-not-earlier": "Tanggal yang diterima harus sebelum laporan tercatat dan dalam bulannya",
    "earlier-date-without-reason": "Menerima tanggal yang lebih awal harus disertai alasan",
    "earlier-date-without-evidence": "Laporan tanpa bukti dukung tidak dapat diberi tanggal lebih awal",
    "own-feedback": "Umpan balik tidak diberikan kepada diri sendiri",
    "not-a-leader": "Umpan balik diberikan oleh Pejabat Penilai Kinerja atau atasannya",
    "feedback-subject-unclear": "Pilih satu rencana hasil kerja atau satu nilai",
    "planned-result-unknown": "Rencana hasil kerja itu tidak ada pada SKP yang berlaku",
    "feedback-without-text": "Tulis apa yang terlihat; untuk perbaikan juga langkah berikutnya",
    "too-many-competences": "Paling banyak tiga kompetensi, masing-masing satu kali",
    "competence-unknown": "Kompetensi itu tidak ada dalam katalog",
    "feedback-unknown": "Umpan balik itu tidak ada",
    "feedback-already-answered": "Umpan balik ini sudah ditanggapi",
    "answer-without-text": "Tanggapan belum ditulis",
    "evidence-too-large": "Berkas bukti terlalu besar",
    "evidence-type-refused": "Jenis berkas bukti tidak diterima",
    "evidence-too-many": "Berkas bukti terlalu banyak",
}

DETAILS: dict[str, str] = {
    "plan-not-agreed": "Realisasi, umpan balik dan rating dimulai setelah Pejabat Penilai menetapkan SKP.",
    "result-is-published": "Hasil yang sudah diumumkan hanya berubah melalui koreksi Atasan Pejabat Penilai.",
    "feedback-missing": "Kurang {missing} umpan balik. Berikan dahulu, lalu umumkan hasilnya.",
    "rating-out-of-date": "Lihat capaian terbaru dan simpan rating hasil kerja sekali lagi.",
    "evidence-too-large": "Paling besar 10 MB tiap berkas. Tidak ada yang tersimpan.",
    "evidence-type-refused": (
        "Yang diterima: PDF, PNG, JPEG, XLSX, DOCX dan CSV, dengan isi yang sesuai namanya. "
        "Tidak ada yang tersimpan."
    ),
    "evidence-too-many": "Paling banyak lima berkas tiap laporan. Tidak ada yang tersimpan.",
}

STATUSES: dict[str, str] = {
    "awaiting_agreement": "Menunggu penetapan SKP",
    "returned": "SKP dikembalikan",
    "open": "Berjalan",
    "published": "Selesai dinilai",
}
STATUS_TONES: dict[str, str] = {
    "awaiting_agreement": "waiting",
    "returned": "attention",
    "open": "info",
    "published": "good",
}
RATINGS: dict[str, str] = {
    "above": "Di Atas Ekspektasi",
    "met": "Sesuai Ekspektasi",
    "below": "Di Bawah Ekspektasi",
}
PREDICATES: dict[str, str] = {
    "very_good": "Sangat Baik",
    "good": "Baik",
    "needs_improvement": "Butuh Perbaikan",
    "poor_or_misconduct": "Kurang/Misconduct",
    "very_poor": "Sangat Kurang",
}
ASPECTS: dict[str, str] = {"quantity": "Kuantitas", "quality": "Kualitas", "time": "Waktu", "cost": "Biaya"}
RESULT_KINDS: dict[str, str] = {"main": "Utama", "additional": "Tambahan"}
FEEDBACK_KINDS: dict[str, str] = {"appreciation": "Apresiasi", "improvement": "Perbaikan"}
COMPETENCE_KINDS: dict[str, str] = {"strength": "Kekuatan", "to_develop": "Perlu dikembangkan"}
UNKNOWN_PERSON = "Pegawai (data menyusul)"
ERASED = "dihapus"
