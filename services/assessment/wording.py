"""Indonesian for every code, status and field of assessment."""

PROBLEMS: dict[str, str] = {
    "plan-not-agreed": "SKP belum ditetapkan",
    "result-is-published": "Hasil penilaian sudah diumumkan",
    "result-not-published": "Hasil penilaian belum diumumkan",
    "own-rating": "Tidak seorang pun menilai dirinya sendiri",
    "not-the-appraiser": "Hanya Pejabat Penilai Kinerja pegawai ini pada tanggal itu yang dapat melakukannya",
    "not-the-appraisers-superior": "Hanya Atasan Pejabat Penilai pegawai ini yang dapat melakukannya",
    "not-the-employee": "Hanya pegawai yang bersangkutan yang dapat melakukan ini",
    "difference-without-reason": "Rating berbeda dari usulan, tetapi alasannya belum ditulis",
    "correction-without-reason": "Koreksi harus disertai alasan",
    "correction-changes-nothing": "Rating sama dengan hasil yang berlaku",
    "behavior-incomplete": "Ketujuh nilai BerAKHLAK harus dinilai, masing-masing satu kali",
    "rating-incomplete": "Rating hasil kerja dan rating perilaku harus disimpan dahulu",
    "rating-out-of-date": "Capaian berubah sejak rating hasil kerja disimpan",
    "feedback-missing": "Masih ada rencana hasil kerja tanpa umpan balik",
    "result-has-moved": "Hasil penilaian sudah dikoreksi lebih dahulu",
    "indicator-unknown": "Indikator itu tidak ada pada SKP yang berlaku",
    "month-outside-period": "Bulan itu di luar periode SKP",
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
    "plan-not-agreed": "Realisasi, umpan balik, dan rating dimulai setelah Pejabat Penilai menetapkan SKP.",
    "result-is-published": "Hasil yang sudah diumumkan hanya berubah melalui koreksi Atasan Pejabat Penilai.",
    "feedback-missing": "Kurang {missing} umpan balik. Berikan dahulu, lalu umumkan hasilnya.",
    "rating-out-of-date": (
        "Ada realisasi baru, atau tenggat laporan telah lewat. "
        "Lihat capaian terbaru dan simpan rating hasil kerja sekali lagi."
    ),
    "not-the-appraisers-superior": "Yang mengumumkan hasil tidak mengoreksinya sendiri.",
    "evidence-too-large": "Paling besar 10 MB tiap berkas. Tidak ada yang tersimpan.",
    "evidence-type-refused": (
        "Yang diterima: PDF, PNG, JPEG, XLSX, DOCX, dan CSV, dengan isi yang sesuai namanya. "
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
SHORT_RATINGS: dict[str, str] = {"above": "Di atas", "met": "Sesuai", "below": "Di bawah"}
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
COMPETENCE_TONES: dict[str, str] = {"strength": "good", "to_develop": "attention"}
FEEDBACK_TONES: dict[str, str] = {"appreciation": "good", "improvement": "attention"}
MONTH_STATES: dict[str, str] = {
    "on_time": "Tepat waktu",
    "late": "Terlambat",
    "reported": "Dilaporkan",
    "missing": "Belum, lewat tenggat",
    "open": "Belum dilaporkan",
    "coming": "Belum dimulai",
}
MONTH_TONES: dict[str, str] = {
    "on_time": "good",
    "late": "bad",
    "reported": "info",
    "missing": "bad",
    "open": "waiting",
    "coming": "neutral",
}
RULES: dict[str, str] = {
    "realisation": "Realisasi setahun",
    "timeliness": "Ketepatan waktu",
    "indicator-achievement": "Capaian",
    "suggested-result-rating": "Usulan rating hasil kerja",
    "suggested-behavior-rating": "Usulan rating perilaku",
    "predicate-matrix": "Matriks predikat",
}
SYMBOLS: dict[str, str] = {
    "R": "realisasi",
    "T": "target",
    "C": "capaian (%)",
    "ΣR": "jumlah semua realisasi",
    "ΣC": "jumlah semua capaian",
    "n": "banyaknya",
    "N": "laporan jatuh tempo",
}
ROUNDINGS: dict[str, str] = {"half_up_2": "dua angka di belakang koma, setengah ke atas"}
CORRECTION_REASONS: dict[str, str] = {
    "evidence-overlooked": "Bukti dukung terlewat",
    "calculation-wrong": "Perhitungan keliru",
    "expectation-misread": "Ekspektasi disalahpahami",
    "other": "Lainnya",
}
REASONS: dict[str, str] = {
    **CORRECTION_REASONS,
    "differs-from-suggestion": "Berbeda dari usulan",
    "earlier-date-accepted": "Tanggal lebih awal diterima",
    "not-aligned": "Belum selaras",
    "indicator-unclear": "Indikator belum jelas",
    "target-too-low": "Target terlalu rendah",
    "target-unrealistic": "Target tidak realistis",
    "incomplete": "Belum lengkap",
    "strategy-changed": "Strategi berubah",
    "position-changed": "Jabatan berubah",
    "assignment-changed": "Penugasan berubah",
    "budget-changed": "Anggaran berubah",
}
REPORTS = "laporan"
UNKNOWN_PERSON = "Pegawai (data menyusul)"
ERASED = "dihapus"

# Where on a form a problem is shown; the rest stands above the form.
FIELDS_OF_PROBLEMS: dict[str, str] = {
    "difference-without-reason": "reason",
    "correction-without-reason": "correction_reason",
    "correction-changes-nothing": "result_rating",
    "earlier-date-without-reason": "earlier_reason",
    "earlier-date-not-earlier": "accepted_on",
    "evidence-too-large": "evidence",
    "evidence-type-refused": "evidence",
    "evidence-too-many": "evidence",
    "realisation-negative": "realised",
    "completed-in-future": "completed_on",
    "feedback-without-text": "seen",
    "feedback-subject-unclear": "about",
    "answer-without-text": "answer",
    "too-many-competences": "competence_1",
}

EVENT_LABELS: dict[str, str] = {
    "EvaluationRegistered": "SKP diajukan, penilaian menunggu penetapan",
    "EvaluationReturned": "SKP dikembalikan kepada pegawai",
    "EvaluationOpened": "SKP ditetapkan, penilaian dibuka",
    "EvaluationPlanRevised": "SKP yang dinilai direvisi",
    "ResultsRated": "Rating hasil kerja disimpan",
    "BehaviorRated": "Rating perilaku disimpan",
    "AssessmentCompleted": "Hasil diumumkan",
    "ResultAcknowledged": "Hasil dibaca pegawai",
    "AssessmentCorrected": "Hasil dikoreksi",
    "ProgressReported": "Realisasi dilaporkan",
    "EarlierDateAccepted": "Tanggal lebih awal diterima",
    "FeedbackGiven": "Umpan balik diberikan",
    "FeedbackAnswered": "Umpan balik ditanggapi",
    "DatesNoted": "Kalender penilaian dicatat",
    "ErasureDone": "Data pribadi dihapus",
}
FIELD_LABELS: dict[str, str] = {
    "status": "Keadaan",
    "plan": "SKP",
    "revision": "Revisi SKP",
    "appraiser_id": "Pejabat Penilai",
    "content": "Isi SKP",
    "period_from": "Periode dari",
    "period_to": "Periode sampai",
    "title": "Judul",
    "kind": "Jenis",
    "aspect": "Aspek",
    "target": "Target",
    "unit": "Satuan",
    "direction": "Arah",
    "due_day": "Tanggal tenggat bulanan",
    "assessed": "Perhitungan",
    "achievement": "Capaian",
    "realised": "Realisasi",
    "inputs": "Angka yang dihitung",
    "steps": "Langkah hitung",
    "suggested": "Usulan",
    "suggestion_rule": "Aturan usulan",
    "chosen": "Rating yang dipilih",
    "differs": "Berbeda dari usulan",
    "reports_on_time": "Laporan tepat waktu",
    "reports_due": "Laporan jatuh tempo",
    "has_evidence": "Ada bukti dukung",
    "values": "Nilai BerAKHLAK",
    "rating": "Rating nilai",
    "result": "Hasil",
    "result_rating": "Rating hasil kerja",
    "behavior_rating": "Rating perilaku",
    "predicate": "Predikat",
    "competences": "Kompetensi",
    "feedback_ids": "Umpan balik yang menyebut",
    "result_version": "Versi hasil",
    "supersedes": "Menggantikan hasil",
    "acknowledged": "Versi yang dibaca",
    "month": "Bulan",
    "planned_action": "Rencana aksi",
    "completed_on": "Selesai menurut pegawai",
    "evidence": "Bukti dukung",
    "file_name": "Nama berkas",
    "media_type": "Jenis berkas",
    "size": "Ukuran (byte)",
    "sha256": "SHA-256",
    "first_recorded_on": "Pertama tercatat",
    "recorded_on": "Tercatat",
    "due_on": "Tenggat",
    "days_late": "Hari terlambat",
    "accepted_on": "Tanggal yang diterima",
    "seen": "Apa yang terlihat",
    "next_step": "Langkah berikutnya",
    "answer": "Tanggapan",
    "code": "Kompetensi",
    "rule_from": "Aturan berlaku sejak",
    "citation": "Dasar aturan",
    "assessment_opens": "Penilaian dibuka",
    "assessment_due": "Batas penilaian",
    "done": "Selesai",
}
RECORDS: dict[str, str] = {
    "evaluation": "Penilaian",
    "progress": "Realisasi dan bukti",
    "feedback": "Umpan balik",
    "calendar": "Kalender",
    "erasure": "Penghapusan data pribadi",
}
VALUES: dict[str, str] = {
    "service": "Berorientasi Pelayanan",
    "accountable": "Akuntabel",
    "competent": "Kompeten",
    "harmonious": "Harmonis",
    "loyal": "Loyal",
    "adaptive": "Adaptif",
    "collaborative": "Kolaboratif",
}
DIRECTIONS: dict[str, str] = {"higher": "makin tinggi makin baik", "lower": "makin rendah makin baik"}
# Every stored code in words, for the trail; what differs by field is told by its own page.
CODES: dict[str, str] = {
    "unknown": "Belum terdaftar",
    **STATUSES,
    **RATINGS,
    **PREDICATES,
    **ASPECTS,
    **RESULT_KINDS,
    **FEEDBACK_KINDS,
    **COMPETENCE_KINDS,
    **VALUES,
    **DIRECTIONS,
    **RULES,
    **REASONS,
}
# What identifies a part but says nothing to people.
HIDDEN_FIELDS = frozenset(
    {
        "plan_id",
        "employee_id",
        "unit_id",
        "year",
        "segment",
        "result_id",
        "indicator_id",
        "report_id",
        "evidence_id",
        "feedback_id",
        "feedback_ids",
        "rule_id",
        "symbol",
        "formula",
        "rounding",
        "rule_from",
        "citation",
        "suggestion_rule",
        "inputs",
        "steps",
        "media_type",
        "size",
        "month",
        "source_index",
    }
)
ANSWERS = {
    "EvaluationRegistered": "pengajuan SKP",
    "EvaluationReturned": "pengembalian SKP",
    "EvaluationOpened": "penetapan SKP",
    "EvaluationPlanRevised": "penetapan perubahan SKP",
    "DatesNoted": "penetapan kalender",
}
"""What a reaction answers to, by the event it made."""
