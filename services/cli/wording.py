"""What `jejak` says, in Indonesian and in English."""

WORDING: dict[str, tuple[str, str]] = {
    "unknown-service": (
        "layanan {name} tidak dikenal; yang ada: {known}",
        "there is no service {name}; there are: {known}",
    ),
    "setting-missing": ("pengaturan belum lengkap: {reason}", "a setting is missing: {reason}"),
    "contracts-differ": (
        "dokumen kontrak tidak sesuai dengan kode: {files}; bila perubahan disengaja: jejak contracts",
        "contract documents differ from the code: {files}; if that is meant, run: jejak contracts",
    ),
    "contracts-written": ("dokumen kontrak ditulis ke {folder}", "contract documents written to {folder}"),
    "starting": ("Menyalakan Jejak Kinerja", "Starting Jejak Kinerja"),
    "step-servers": (
        "PostgreSQL, Kafka, dan basis data siap",
        "PostgreSQL, Kafka and the databases are ready",
    ),
    "step-programs": ("semua layanan siap", "all services are ready"),
    "ready": ("berjalan; {stop} menghentikannya", "running; {stop} stops it"),
    "address": ("{address} - masuk sebagai: {people}", "{address} - sign in as: {people}"),
    "nobody-yet": ("(belum ada pegawai contoh)", "(no sample people yet)"),
    "already-running": (
        "Jejak Kinerja sudah berjalan: {address}",
        "Jejak Kinerja is running already: {address}",
    ),
    "stopping": ("Menghentikan Jejak Kinerja", "Stopping Jejak Kinerja"),
    "stopped": ("Jejak Kinerja berhenti; data tetap tersimpan", "Jejak Kinerja stopped; its data is kept"),
    "not-running": ("Jejak Kinerja tidak berjalan", "Jejak Kinerja is not running"),
    "topic-unknown": ("topik {topic} tidak ada", "there is no topic {topic}"),
    "kafka-away": ("Kafka di {servers} tidak menjawab", "Kafka at {servers} does not answer"),
    "not-stopped": ("belum berhenti setelah {seconds} detik", "not stopped after {seconds} seconds"),
    "not-started": ("tidak dapat dijalankan: {reason}", "could not be started: {reason}"),
    "not-ready": ("belum siap; lihat {log}", "not ready; see {log}"),
    "port-taken": (
        "port {port} sedang dipakai program lain; pilih yang lain dengan --port",
        "port {port} is taken by another program; choose another with --port",
    ),
    "no-port": ("tidak ada port bebas mulai {first}", "no free port from {first} on"),
    "crashed": (
        "{name} berhenti mendadak (kode {code}); dinyalakan lagi; catatan: {log}",
        "{name} crashed (code {code}); starting it again; log: {log}",
    ),
    "back": ("{name} berjalan lagi", "{name} is back"),
    "still-down": ("{name} belum dapat dinyalakan: {reason}", "{name} still can't be started: {reason}"),
    "sample-failed": (
        "data contoh belum lengkap (kode {code}); jalankan lagi: jejak up",
        "the sample data is not complete (code {code}); run again: jejak up",
    ),
    "status-process": ("Proses", "Process"),
    "status-pid": ("PID", "PID"),
    "status-state": ("Keadaan", "State"),
    "status-lag": ("Tertinggal", "Lag"),
    "status-parked": ("Ditahan", "Parked"),
    "status-memory": ("Memori", "Memory"),
    "status-ready": ("siap", "ready"),
    "status-down": ("tidak siap", "not ready"),
    "status-total": ("Jumlah", "Total"),
    "status-address": ("Alamat: {address}", "Address: {address}"),
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
    "bench-title": (
        "{commands} perintah, {rate} per detik",
        "{commands} commands, {rate} per second",
    ),
    "bench-answered": ("dijawab", "answered"),
    "bench-flowed": ("terbaca di layanan berikutnya", "readable in the next service"),
    "bench-target": ("sasaran", "target"),
    "bench-engine-title": (
        "{what}: median dari {rounds} putaran berseling",
        "{what}: medians of {rounds} interleaved rounds",
    ),
    "bench-engine-running": ("Mengukur mesin peristiwa", "Measuring the event engine"),
    "bench-not-run": ("tidak diukur: {reason}", "not run: {reason}"),
    "bench-machine": (
        "{cpu}, {cores} inti, {memory_gb} GB, beban {load}; {system}; Python {python}; {packages}",
        "{cpu}, {cores} cores, {memory_gb} GB, load {load}; {system}; Python {python}; {packages}",
    ),
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
        "Ratna menetapkan penilaian: Baik; Sari telah membaca",
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
    "story-end": ("Selesai. Masuk sebagai {name}: {address}", "Done. Sign in as {name}: {address}"),
}
