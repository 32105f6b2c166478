"""What `jejak sample` and `jejak story` say, in Indonesian and in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "sample-playing": ("Memainkan data contoh 2025 dan 2026", "Playing the sample of 2025 and 2026"),
    "sample-played": (
        "Data contoh lengkap: {asked} permintaan dalam {seconds} detik. Masuk sebagai:",
        "The sample is complete: {asked} requests in {seconds} seconds. Sign in as:",
    ),
    "sample-client": (
        "  Sistem pelatihan: client {client}, rahasianya di {file}",
        "  Training system: client {client}, its secret is in {file}",
    ),
    "sample-refused": ("data contoh berhenti: {reason}", "the sample stopped: {reason}"),
    "waited-in-vain": ("belum terjadi setelah {seconds} detik", "it did not happen within {seconds} seconds"),
    "story-imported": (
        "Kepegawaian mengimpor Sari, penilainya Ratna, dan Maya",
        "HR imports Sari, her appraiser Ratna, and Maya",
    ),
    "story-submitted": (
        "Sari mengajukan SKP: {title} ({indicator}, target 12)",
        "Sari submits her plan: {title} ({indicator}, target 12)",
    ),
    "story-waiting": (
        "Penilaian mendengarnya: menunggu penetapan",
        "Assessment has heard of it: waiting for agreement",
    ),
    "story-agreed": (
        "Ratna menetapkan SKP; penilaian terbuka",
        "Ratna agrees the plan; its assessment is open",
    ),
    "story-reported": (
        "Sari melaporkan dua belas bulan: {on_time} dari {due} laporan tepat waktu",
        "Sari reports twelve months: {on_time} of {due} reports on time",
    ),
    "story-feedback": ("Ratna memberi umpan balik, Sari menanggapi", "Ratna gives feedback, Sari answers"),
    "story-published": (
        "Ratna mengumumkan hasil: Baik; Sari telah membaca",
        "Ratna publishes the result: good; Sari has read it",
    ),
    "story-recommended": (
        "Tindak lanjut merekomendasikan {title} ({citation})",
        "Follow-up recommends {title} ({citation})",
    ),
    "story-attended": (
        "Sistem pelatihan menjawab: {title} selesai {on}, {hours} JP",
        "The training system answers: {title} completed {on}, {hours} hours",
    ),
    "story-messages": ("Pesan di Kafka tentang Sari:", "Messages on Kafka about Sari:"),
    "story-trail": ("Jejak SKP Sari:", "The trail of Sari's plan:"),
    "story-trail-assessment": ("Jejak penilaian Sari:", "The trail of Sari's assessment:"),
    "story-trail-followup": ("Jejak tindak lanjut Sari:", "The trail of Sari's follow-up:"),
    "story-end": ("Selesai. Masuk sebagai {name}: {address}", "Done. Sign in as {name}: {address}"),
}
