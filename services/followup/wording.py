"""Indonesian for every code, status, event and field of follow-up."""

from shared.regulation.courses import Course, course
from shared.regulation.followup_rules import Kind
from shared.regulation.job_families import JobFamily, job_family

PROBLEMS = {
    "recommendation-is-unknown": "Rekomendasi tidak ditemukan",
    "recommendation-is-not-open": "Rekomendasi sudah diputuskan atau ditarik",
    "decision-reason-is-unknown": "Pilih salah satu alasan dari daftar",
    "decision-reason-is-missing": "Alasan belum ditulis",
    "session-date-is-missing": "Tanggal sesi bimbingan belum diisi",
    "date-is-in-the-past": "Tanggal tidak boleh sebelum hari ini",
    "date-is-in-the-future": "Tanggal tidak boleh setelah hari ini",
    "review-is-not-needed": "Rekomendasi ini tidak perlu ditinjau ulang",
    "training-is-not-assigned": "Pelatihan itu tidak ditugaskan kepada pegawai ini",
    "training-hours-are-impossible": "Jumlah jam pelajaran tidak masuk akal",
    "guidance-is-not-under-way": "Bimbingan belum atau tidak lagi berjalan",
    "guidance-notes-are-missing": "Catatan bimbingan belum ditulis",
    "improvement-is-running": "Masa perbaikan lain masih berjalan",
    "improvement-is-not-running": "Masa perbaikan belum dimulai atau sudah berakhir",
    "improvement-is-not-over": "Masa perbaikan belum berakhir",
}

PREDICATES = {
    "very_good": "Sangat Baik",
    "good": "Baik",
    "needs_improvement": "Butuh Perbaikan",
    "poor_or_misconduct": "Kurang/Misconduct",
    "very_poor": "Sangat Kurang",
}

RATINGS = {"above": "Di Atas Ekspektasi", "met": "Sesuai Ekspektasi", "below": "Di Bawah Ekspektasi"}

KINDS = {
    "training": "Pelatihan",
    "promotion": "Usulan promosi",
    "guidance": "Bimbingan Kinerja",
    "special_training": "Pelatihan khusus",
    "improvement_period": "Masa Perbaikan Kinerja",
    "placement": "Saran penempatan",
}

STATUSES = {
    "open": "Menunggu keputusan",
    "accepted": "Diterima",
    "declined": "Tidak diterima",
    "withdrawn": "Ditarik",
}

OUTCOMES = {"improved": "Kinerja membaik", "not_improved": "Kinerja belum membaik"}

COMPETENCES = {
    "communication": "Komunikasi",
    "accuracy": "Ketelitian",
    "analysis": "Analisis",
    "service": "Pelayanan",
    "teamwork": "Kerja sama",
    "leadership": "Kepemimpinan",
    "planning": "Perencanaan dan pengorganisasian",
    "digital": "Literasi digital",
    "change": "Mengelola perubahan",
    "integrity": "Integritas",
}

RULES = {
    "promotion-of-very-good": "Predikat Sangat Baik dapat diusulkan untuk promosi",
    "training-of-good": "Kinerja baik ditindaklanjuti dengan pengembangan kompetensi",
    "guidance-to-improve": "Kinerja yang perlu diperbaiki ditindaklanjuti dengan Bimbingan Kinerja",
    "special-training-to-improve": "Kinerja yang perlu diperbaiki ditindaklanjuti dengan pelatihan khusus",
    "improvement-period": "Kinerja yang perlu diperbaiki diberi Masa Perbaikan enam bulan",
    "placement-by-strength": "Kekuatan pegawai diarahkan ke rumpun jabatan yang sesuai",
}

REASONS = {
    "result_and_feedback": "Sesuai hasil penilaian dan umpan balik",
    "need_of_the_unit": "Dibutuhkan unit kerja",
    "wish_of_the_employee": "Sesuai keinginan pegawai",
    "already_covered": "Sudah dipenuhi dengan cara lain",
    "another_measure": "Ada langkah lain yang lebih tepat",
    "not_possible_now": "Belum memungkinkan saat ini",
    "other": "Alasan lain",
}

ERASURE = "Penghapusan data pribadi"
EVENT_LABELS = {
    "ErasureDone": "Data pribadi dihapus",
    "ResultReceived": "Hasil penilaian diterima",
    "FollowupRecommended": "Tindak lanjut direkomendasikan",
    "FollowupWithdrawn": "Rekomendasi ditarik karena koreksi hasil",
    "ReviewRequested": "Perlu ditinjau ulang karena koreksi hasil",
    "RecommendationConfirmed": "Tetap berlaku setelah ditinjau ulang",
    "RecommendationRevoked": "Dibatalkan setelah ditinjau ulang",
    "RecommendationAccepted": "Rekomendasi diterima",
    "RecommendationDeclined": "Rekomendasi tidak diterima",
    "TrainingAssigned": "Pelatihan ditugaskan",
    "TrainingCompleted": "Pelatihan selesai",
    "GuidanceScheduled": "Bimbingan dijadwalkan",
    "GuidanceHeld": "Bimbingan dilaksanakan",
    "ImprovementStarted": "Masa perbaikan dimulai",
    "ImprovementEnded": "Masa perbaikan berakhir",
    "PromotionProposed": "Promosi diusulkan",
    "PlacementSuggested": "Penempatan disarankan",
}

FIELD_LABELS = {
    "results": "Hasil penilaian",
    "recommendations": "Rekomendasi",
    "evaluation_id": "Penilaian",
    "result_event_id": "Hasil yang menjadi dasar",
    "result_version": "Versi hasil",
    "predicate": "Predikat Kinerja",
    "result_rating": "Rating hasil kerja",
    "behavior_rating": "Rating perilaku kerja",
    "reports_on_time": "Laporan tepat waktu",
    "reports_due": "Laporan yang jatuh tempo",
    "unit_id": "Unit kerja",
    "appraiser_id": "Pejabat Penilai Kinerja",
    "recommendation_id": "Rekomendasi",
    "kind": "Jenis",
    "code": "Kode",
    "competence": "Kompetensi",
    "rule_id": "Aturan",
    "rule_from": "Aturan berlaku sejak",
    "feedback_ids": "Umpan balik yang menjadi dasar",
    "has_priority": "Prioritas",
    "status": "Status",
    "needs_review": "Perlu ditinjau ulang",
    "corrected_by": "Dikoreksi oleh",
    "training": "Pelatihan",
    "guidance": "Bimbingan",
    "improvement": "Masa perbaikan",
    "assignment_id": "Nomor penugasan",
    "course_code": "Pelatihan",
    "is_special": "Pelatihan khusus",
    "complete_by": "Selesai paling lambat",
    "completed_on": "Selesai pada",
    "hours": "Jam pelajaran (JP)",
    "certificate_number": "Nomor sertifikat",
    "session_on": "Tanggal sesi",
    "next_session_on": "Sesi berikutnya",
    "sessions": "Sesi bimbingan",
    "held_on": "Dilaksanakan pada",
    "notes": "Catatan",
    "starts_on": "Mulai",
    "ends_on": "Berakhir",
    "ended_on": "Ditutup pada",
    "outcome": "Hasil akhir",
    "job_family": "Rumpun jabatan",
}

# The codes with which assessment says why it corrected a result.
CORRECTION_REASONS = {
    "evidence-overlooked": "Bukti dukung terlewat",
    "calculation-wrong": "Perhitungan keliru",
    "expectation-misread": "Ekspektasi disalahpahami",
    "other": "Lainnya",
}

SERVICE = "Tindak lanjut"

LISTS = {"keputusan.html": "Menunggu keputusan Anda", "pegawai.html": "Tindak lanjut pegawai"}
TRAIL = "Jejak"
RECORD_TITLE = "Tindak lanjut hasil {year}"
FEEDBACK = "umpan balik {number}"
CHECKPOINT = "Bulan {number}"
CHECKPOINT_END = "Berakhir"
TOO_LONG = "Paling banyak 2.000 karakter"
NO_DAY = "Tulis tanggalnya"
CHANGED_MEANWHILE = "Catatan ini berubah sejak Anda membukanya. Periksa lagi, lalu kirim ulang isian Anda."
DONE_ACCEPTED = "Rekomendasi diterima dan tindak lanjutnya dimulai."
DONE_DECLINED = "Keputusan Anda tersimpan: rekomendasi tidak diterima."
DONE_REVIEWED = "Hasil peninjauan tersimpan."
DONE_SESSION = "Sesi bimbingan tercatat."
DONE_ENDED = "Masa perbaikan ditutup."

TASK_DECIDE = "Putuskan {count} rekomendasi tindak lanjut"
TASK_REVIEW = "Tinjau ulang {count} tindak lanjut"
TASK_RECORD_SESSION = "Catat sesi Bimbingan Kinerja {name}"
TASK_RECORD_OUTCOME = "Catat hasil Masa Perbaikan Kinerja {name}"
TASK_ATTEND = "Selesaikan pelatihan {title}"
TASK_SESSION = "Hadiri sesi Bimbingan Kinerja"

NOTICES = {
    "training": "Pelatihan ditugaskan kepada Anda: {title}",
    "special_training": "Pelatihan khusus ditugaskan kepada Anda: {title}",
    "guidance": "Bimbingan Kinerja dijadwalkan untuk Anda",
    "improvement_period": "Masa Perbaikan Kinerja Anda dimulai",
    "placement": "Penempatan disarankan sesuai kekuatan Anda: {title}",
    "promotion": "Anda diusulkan untuk promosi",
}
NOTICES_AGAINST = {
    "declined": "Rekomendasi tidak diterima: {title}",
    "withdrawn": "Tindak lanjut dibatalkan setelah hasil dikoreksi: {title}",
}

# Every stored code in one place; `other` is whichever reason was asked for.
CODES = {
    **PREDICATES,
    **RATINGS,
    **KINDS,
    **STATUSES,
    **OUTCOMES,
    **COMPETENCES,
    **RULES,
    **CORRECTION_REASONS,
    **REASONS,
}


def title_of(kind: str, code: str) -> str:
    """What is recommended, in words: a course's or job family's title, or else the kind."""
    match kind:
        case Kind.TRAINING | Kind.SPECIAL_TRAINING:
            known: Course | JobFamily | None = course(code)
        case Kind.PLACEMENT:
            known = job_family(code)
        case _:
            return KINDS[kind]
    return known.title if known else code


ANSWERS = {
    "ResultReceived": "hasil penilaian",
    "FollowupRecommended": "hasil penilaian",
    "FollowupWithdrawn": "koreksi hasil penilaian",
    "ReviewRequested": "koreksi hasil penilaian",
    "TrainingCompleted": "laporan sistem pelatihan",
}
"""What a reaction answers to, by the event it made."""
