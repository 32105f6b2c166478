"""What `jejak` says, in Indonesian and in English."""

WORDING: dict[str, tuple[str, str]] = {
    "unknown-service": (
        "layanan {name} tidak dikenal; yang ada: {known}",
        "there is no service {name}; there are: {known}",
    ),
    "setting-missing": ("pengaturan belum lengkap: {reason}", "a setting is missing: {reason}"),
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
}
