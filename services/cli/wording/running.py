"""What is said of the system that runs, and of its parts that do not, in Indonesian and in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "unknown-service": (
        "layanan {name} tidak dikenal; yang ada: {known}",
        "there is no service {name}; there are: {known}",
    ),
    "setting-missing": ("pengaturan belum lengkap: {reason}", "a setting is missing: {reason}"),
    "contracts-written": ("dokumen kontrak ditulis ke {folder}", "contract documents written to {folder}"),
    "starting": ("Menyalakan Jejak Kinerja", "Starting Jejak Kinerja"),
    "step-databases": ("PostgreSQL dan basis data siap", "PostgreSQL and the databases are ready"),
    "step-programs": ("semua layanan siap", "all services are ready"),
    "ready": ("berjalan; {stop} menghentikannya", "running; {stop} stops it"),
    "address": ("{address} - masuk sebagai: {people}", "{address} - sign in as: {people}"),
    "nobody-yet": ("(belum ada pegawai contoh)", "(no sample people yet)"),
    "already-running": (
        "Jejak Kinerja sudah berjalan: {address}",
        "Jejak Kinerja is running already: {address}",
    ),
    "already-starting": (
        "Jejak Kinerja sedang dinyalakan; jejak status menunjukkan kapan siap",
        "Jejak Kinerja is starting already; jejak status tells when it is ready",
    ),
    "fresh-outside": (
        "--fresh hanya menghapus folder ini; data di {names} akan tinggal tanpa kuncinya",
        "--fresh removes this folder only; what lies at {names} would stay without its keys",
    ),
    "stopping": ("Menghentikan Jejak Kinerja", "Stopping Jejak Kinerja"),
    "stopped": ("Jejak Kinerja berhenti; data tetap tersimpan", "Jejak Kinerja stopped; its data is kept"),
    "not-running": ("Jejak Kinerja tidak berjalan", "Jejak Kinerja is not running"),
    "topic-unknown": ("topik {topic} tidak ada", "there is no topic {topic}"),
    "kafka-away": ("Kafka di {servers} tidak menjawab", "Kafka at {servers} does not answer"),
    "no-database": (
        "Jejak Kinerja tidak berjalan di sini; isi ASSESSMENT_DATABASE_URL dan sejenisnya, atau DATABASE_URL",
        "Jejak Kinerja does not run here; set ASSESSMENT_DATABASE_URL and its like, or DATABASE_URL",
    ),
    "database-away": (
        "basis data {service} tidak dapat dibuka ({reason})",
        "the database {service} can't be opened ({reason})",
    ),
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
    "training-failed": (
        "Kafka belum dapat dipersiapkan untuk mulai lebih cepat; catatan: {log}",
        "Kafka could not be prepared for faster starts; log: {log}",
    ),
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
}
