"""What `jejak` says, in Indonesian and in English."""

WORDING: dict[str, tuple[str, str]] = {
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
    "letters-help": (
        "Pesan Kafka yang tidak dapat ditangani; pesan berikutnya dari pegawai itu menunggu di belakangnya",
        "Kafka messages that can't be handled; later messages of the same employee wait behind each",
    ),
    "letters-where": (
        "Basis data: sistem yang berjalan di sini, atau ASSESSMENT_DATABASE_URL dan sejenisnya (..._FILE)",
        "Databases: those of the system that runs here, or ASSESSMENT_DATABASE_URL and its like (..._FILE)",
    ),
    "letters-list-help": (
        "Tampilkan pesan yang tertahan, surat mati dahulu; hanya yang pertama dari tiap kunci.",
        "List what waits, dead letters first; only the first of each key.",
    ),
    "letters-show-help": (
        "Tampilkan satu pesan: letak asalnya, sebabnya, dan apa yang pernah diputuskan.",
        "Show one message: where it came from, why it waits, what was decided about it.",
    ),
    "letters-replay-help": (
        "Coba lagi sekarang, setelah sebabnya diperbaiki. Yang menunggu di belakangnya menyusul berurutan.",
        "Try again now, once the cause is mended. What waits behind follows in its order.",
    ),
    "letters-skip-help": (
        "Lewati tanpa akibat. Yang menunggu di belakangnya ditangani berikutnya.",
        "Let it go without an effect. What waits behind it is handled next.",
    ),
    "letters-examples": ("Contoh:", "Examples:"),
    "letters-names": (
        "pemakai/topik/partisi/offset, seperti pada list",
        "consumer/topic/partition/offset, as list shows it",
    ),
    "letters-reason": (
        "alasan, disimpan selamanya; jangan sebut nama orang",
        "why, kept for ever; name no person",
    ),
    "letters-by": ("siapa yang memutuskan", "who decides"),
    "letters-body": ("juga isi pesannya", "its body too"),
    "letters-consumer": ("hanya pemakai ini", "only this consumer"),
    "letters-limit": ("paling banyak", "at most"),
    "letters-wait": ("detik menunggu hasilnya", "seconds to wait for the outcome"),
    "letters-none": ("tidak ada pesan yang tertahan", "nothing waits"),
    "letters-name": ("Pesan", "Message"),
    "letters-type": ("Jenis", "Type"),
    "letters-state": ("Keadaan", "State"),
    "letters-cause": ("Sebab", "Cause"),
    "letters-tries": ("Dicoba", "Tries"),
    "letters-behind": ("Menunggu di belakang", "Behind it"),
    "letters-since": ("Sejak", "Since"),
    "letters-key": ("Kunci", "Key"),
    "letters-copied": ("Tersalin ke topik", "On its topic"),
    "letters-again": ("Dicoba lagi", "Next try"),
    "letters-state-dead": ("surat mati", "dead letter"),
    "letters-state-trying": ("dicoba lagi", "being tried"),
    "letters-state-behind": ("di belakang pesan lain", "behind another"),
    "letters-state-gone": ("tidak tertahan lagi", "waits no more"),
    "letters-act-replay": (
        "{at} diulang oleh {by}: {reason} (sebab: {cause})",
        "{at} replayed by {by}: {reason} (cause: {cause})",
    ),
    "letters-act-skip": (
        "{at} dilewati oleh {by}: {reason} (sebab: {cause})",
        "{at} skipped by {by}: {reason} (cause: {cause})",
    ),
    "letters-misnamed": (
        "{name} bukan nama pesan; bentuknya pemakai/topik/partisi/offset",
        "{name} names no message; it is consumer/topic/partition/offset",
    ),
    "letters-unknown": ("tidak ada pesan tertahan {name}", "no message {name} waits"),
    "letters-waits-behind": (
        "{name} menunggu di belakang pesan lain dari kunci yang sama; putuskan yang itu dahulu",
        "{name} waits behind another message of its key; decide about that one first",
    ),
    "letters-replay-done": ("{name} sudah ditangani", "{name} is handled"),
    "letters-replay-failed": (
        "{name} dicoba lagi dan tetap tidak dapat ditangani: {cause}",
        "{name} was tried again and still can't be handled: {cause}",
    ),
    "letters-replay-waiting": (
        "{name} akan dicoba lagi segera setelah {consumer} berjalan",
        "{name} is tried again as soon as {consumer} runs",
    ),
    "letters-skip-done": ("{name} dilewati", "{name} is skipped"),
    "letters-no-reason": ("--reason tidak boleh kosong", "--reason must not be empty"),
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
    "projection-unknown": (
        "tidak ada proyeksi {name} di {service}; yang ada: {known}",
        "there is no projection {name} in {service}; there are: {known}",
    ),
    "owner-unknown": (
        "{file} tidak ada; sebutkan alamat pemilik basis data dalam {service}_OWNER_URL",
        "there is no {file}; give the owner's address in {service}_OWNER_URL",
    ),
    "rebuild-copy": ("menyalin", "copying"),
    "rebuild-index": ("membuat indeks", "making indexes"),
    "rebuild-catch-up": ("menyusul", "catching up"),
    "rebuild-compare": ("membandingkan", "comparing"),
    "rebuild-swap": ("menukar, menunggu pembaca", "swapping, waiting for readers"),
    "rebuild-rate": ("{rate}/detik", "{rate}/s"),
    "rebuild-done": (
        "{name}: {events} peristiwa dalam {seconds} detik ({rate}/detik); tabel sudah ditukar",
        "{name}: {events} events in {seconds} seconds ({rate}/s); the tables have changed places",
    ),
    "rebuild-resumed": (
        "  melanjutkan penyusunan yang terputus",
        "  went on with what had been interrupted",
    ),
    "rebuild-not-compared": (
        "  tabel lama tertinggal dari log, jadi tidak dibandingkan",
        "  the old table was behind the log, so it was not compared",
    ),
    "rebuild-same": (
        "  {table}: {rows} baris, sama dengan yang lama ({checksum})",
        "  {table}: {rows} rows, the same as before ({checksum})",
    ),
    "rebuild-differs": (
        "  {table}: BERBEDA. lama {live}, baru {rebuilt}; {count} baris, antara lain {examples}",
        "  {table}: DIFFERENT. before {live}, rebuilt {rebuilt}; {count} rows, among them {examples}",
    ),
    "rebuild-interrupted": (
        "terputus; tabel lama tetap dipakai, perintah yang sama melanjutkan",
        "interrupted; the old tables stay in use, the same command goes on",
    ),
    "rebuild-under-way": (
        "{projection} sedang disusun ulang oleh proses lain",
        "{projection} is being rebuilt by another process",
    ),
    "rebuild-not-migrated": (
        "kolom {table} bukan kolom menurut program ini; jalankan dahulu: jejak migrate",
        "the columns of {table} are not those of this code; run first: jejak migrate",
    ),
    "rebuild-streams-meet": (
        "dua catatan menulis baris yang sama di {table}; proyeksi ini tidak dapat disusun per catatan",
        "two records write the same row of {table}; this projection can't be rebuilt record by record",
    ),
    "rebuild-taken-over": (
        "proses lain telah mengambil alih penyusunan ini",
        "another process has taken this rebuild over",
    ),
    "rebuild-in-the-way": (
        "{table} tidak dapat ditukar karena ada yang bergantung padanya: {what}",
        "{table} can't be swapped because something depends on it: {what}",
    ),
    "rebuild-unreadable": (
        "{type} versi {schema_version} tidak dapat dibaca ({cause}); tabel lama tetap dipakai. {place}",
        "{type} version {schema_version} can't be read ({cause}); the old tables stay in use. {place}",
    ),
    "rebuild-place": (
        "{service}: {record}, perubahan {stream_version}, {recorded_at}, log {log_index}, {event_id}",
        "{service}: {record}, change {stream_version}, {recorded_at}, log {log_index}, {event_id}",
    ),
    "rebuild-disk-full": (
        "disk basis data penuh; hasil sementara dihapus, tabel lama tetap dipakai",
        "the database's disk is full; what was made is removed, the old tables stay in use",
    ),
    "rebuild-database-away": (
        "basis data tidak menjawab: {reason}; tabel lama tetap dipakai, perintah yang sama melanjutkan",
        "the database does not answer: {reason}; the old tables stay in use, the same command goes on",
    ),
    "rebuild-database-said": ("basis data menolak: {reason}", "the database refused: {reason}"),
    "bench-rebuild-title": (
        "Penyusunan ulang {events} peristiwa: median dari {rounds} putaran",
        "Rebuild of {events} events: medians of {rounds} rounds",
    ),
    "bench-title": (
        "{commands} perintah, {rate} per detik",
        "{commands} commands, {rate} per second",
    ),
    "bench-answered": ("dijawab", "answered"),
    "bench-flowed": ("terbaca di layanan berikutnya", "readable in the next service"),
    "bench-target": ("sasaran", "target"),
    "bench-engine-title": (
        "Mesin peristiwa: median dari {rounds} putaran berseling",
        "The event engine: medians of {rounds} interleaved rounds",
    ),
    "bench-engine-preparing": ("Menyiapkan server dan data", "Preparing servers and data"),
    "bench-unknown": ("tidak dikenal: {names}; yang ada: {known}", "unknown: {names}; there are: {known}"),
    "bench-growth-title": (
        "Log yang tumbuh sampai {events} peristiwa: median dari {rounds} putaran berseling",
        "A log that grows to {events} events: medians of {rounds} interleaved rounds",
    ),
    "bench-growth-filling": ("Mengisi basis data", "Filling the databases"),
    "bench-growth-measuring": ("Mengukur", "Measuring"),
    "bench-not-run": ("tidak diukur: {reason}", "not run: {reason}"),
    "bench-http-title": (
        "Perintah HTTP, {connections} koneksi, {processes} proses: median dari {rounds} putaran, milidetik",
        "HTTP commands, {connections} connections, {processes} process(es): medians of {rounds} rounds, ms",
    ),
    "bench-http-closed": ("secepatnya", "as fast as it answers"),
    "bench-http-open": ("laju tetap", "at a set rate"),
    "bench-http-target": ("sasaran {rate}/s, p99 {p99:.0f}", "target {rate}/s, p99 {p99:.0f}"),
    "bench-nothing-accepted": ("tidak ada yang diterima: {answer}", "nothing was accepted: {answer}"),
    "bench-log-title": (
        "Catatan tersegel, {events} peristiwa",
        "The sealed log, {events} events",
    ),
    "bench-memory": (
        "memori proses: {idle} MB, lalu {loaded} MB sesudah beban (sasaran {most_idle} dan {most_loaded})",
        "memory of the process: {idle} MB, {loaded} MB after the load (target {most_idle} and {most_loaded})",
    ),
    "bench-machine": (
        "{cpu}, {cores} inti, {memory_gb} GB, beban {load}; {system}; Python {python}; {packages}",
        "{cpu}, {cores} cores, {memory_gb} GB, load {load}; {system}; Python {python}; {packages}",
    ),
    "keys-running": ("Membungkus ulang kunci {service}", "Wrapping the keys of {service} anew"),
    "keys-rotated": (
        "{service}: {rows} kunci dibungkus ulang oleh {name}; untuk cadangan lama disimpan {old}",
        "{service}: {rows} keys wrapped anew by master key {name}; kept for older backups: {old}",
    ),
    "keys-under-way": (
        "{service}: pembungkusan ulang sedang berjalan di proses lain",
        "{service}: another process is wrapping its keys anew",
    ),
    "keys-wrong": ("kunci induk tidak sesuai: {reason}", "the master key does not fit: {reason}"),
    "keys-away": (
        "{service}: basis data atau berkas kuncinya tidak terjangkau ({reason})",
        "{service}: its database or key file can't be reached ({reason})",
    ),
    "keys-forgotten": ("{service}: {file} dihapus", "{service}: {file} deleted"),
    "keys-needed": (
        "{service}: {file} masih diperlukan; jalankan dulu: jejak keys rotate {service}",
        "{service}: {file} is still needed; first run: jejak keys rotate {service}",
    ),
    "keys-none-old": ("{service}: tidak ada kunci induk lama", "{service}: there is no old master key"),
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
    "story-trail-assessment": ("Jejak penilaian Sari:", "The trail of Sari's assessment:"),
    "story-trail-followup": ("Jejak tindak lanjut Sari:", "The trail of Sari's follow-up:"),
    "story-end": ("Selesai. Masuk sebagai {name}: {address}", "Done. Sign in as {name}: {address}"),
    "log-rotated": (
        "{service} kini ditandatangani kunci baru; kunci pemeriksanya, untuk dibagikan:",
        "{service} is signed by a new key from now on; its verifier key, to be handed out:",
    ),
    "log-topic-away": (
        "Kafka di {servers} tidak menjawab; tanpa topik log: jejak log verify {service} --without-topic",
        "Kafka at {servers} does not answer; without the topic: jejak log verify {service} --without-topic",
    ),
    "log-not-verified": (
        "catatan {service} tidak dapat diperiksa: {reason}",
        "the log of {service} could not be verified: {reason}",
    ),
    "log-verified": (
        "{service}: terbukti utuh. {events} peristiwa dibaca, {proven} bertanda tangan ({seconds} detik)",
        "{service}: verified. {events} events read again, {proven} under a signature ({seconds} seconds)",
    ),
    "log-tampered": (
        "{service}: TIDAK UTUH, temuan: {found}. {events} peristiwa dibaca ulang ({seconds} detik)",
        "{service}: NOT as it was signed, findings: {found}. {events} events read again ({seconds} seconds)",
    ),
    "log-key": ("  kunci pemeriksa: {verifier}", "  verifier key: {verifier}"),
    "log-key-handed-over": (
        "  kunci Anda telah digantikan, dengan tanda tangannya, oleh: {verifier}",
        "  your key has handed over, by its own signature, to: {verifier}",
    ),
    "log-no-key": (
        "catatan {service} tidak diperiksa: {reason}; kembalikan berkas kunci itu, atau beri --key",
        "the log of {service} was not verified: {reason}; put that key file back, or give --key",
    ),
    "log-checkpoint-of-one": (
        "--checkpoint adalah milik satu layanan yang dibaca seluruhnya: sebutkan layanannya, tanpa --light",
        "--checkpoint is that of one service whose whole log is read: name the service, without --light",
    ),
    "log-checkpoint-unread": (
        "--checkpoint: {file} tidak dapat dibaca: {reason}",
        "--checkpoint: {file} cannot be read: {reason}",
    ),
    "log-checkpoint-foreign": (
        "--checkpoint bukan tanda tangan atas catatan {service}: {reason}",
        "--checkpoint is no checkpoint of the log of {service}: {reason}",
    ),
    "log-altered": ("  diubah      di {index}: {event}", "  altered     at {index}: {event}"),
    "log-removed": ("  dihapus     di {index}: {event}", "  removed     at {index}: {event}"),
    "log-inserted": ("  disisipkan  tanpa tempat: {event}", "  inserted    without a place: {event}"),
    "log-inserted-at": ("  disisipkan  di {index}: {event}", "  inserted    at {index}: {event}"),
    "log-stray": (
        "  tempat di luar log, {index}: {event}",
        "  a place outside the log, {index}: {event}",
    ),
    "log-topic": (
        "  topik menyebut peristiwa lain di {index}; yang bertanda tangan: {event}",
        "  the topic tells another event at {index}; the one that was signed: {event}",
    ),
    "log-structure": ("  basis data tidak seperti dibuat: {why}", "  database not as it was made: {why}"),
    "log-reordered": (
        "  ditukar     di {index} dengan {other}: {event}",
        "  reordered   at {index} with {other}: {event}",
    ),
    "log-checkpoint": (
        "  tanda tangan tidak cocok, dari {index} sampai {other}: {why}",
        "  signature does not agree, from {index} to {other}: {why}",
    ),
    "log-unpublished": ("  belum di topik sejak {index}: {why}", "  not on the topic from {index} on: {why}"),
    "log-badkey": ("  kunci: {why}", "  key: {why}"),
    "log-exported": (
        "{file}: {events} peristiwa; periksa dengan periksa.py di dalamnya",
        "{file}: {events} events; check it with the periksa.py inside",
    ),
    "log-not-sealed": ("catatan {service} belum ditandatangani", "the log of {service} is not signed yet"),
    "log-database-away": (
        "basis data atau berkas kuncinya tidak terjangkau: {reason}",
        "the database or its key file cannot be reached: {reason}",
    ),
    "log-not-exported": (
        "tidak ada yang diekspor, catatan tidak seperti saat disegel: {reason}; lihat: jejak log verify",
        "nothing is exported, the log is not as it was signed: {reason}; see: jejak log verify",
    ),
    "log-not-rotated": (
        "kunci {service} tidak diganti, yang tersimpan bukan kunci atau tanda tangan catatan ini: {reason}",
        "the key of {service} stays, what is stored is no key or signature of this log: {reason}",
    ),
    "log-nobody": (
        "tidak ada peristiwa tentang {employee} pada {year}",
        "there is no event about {employee} in {year}",
    ),
    "tamper-needs-clean": (
        "catatan {service} sudah tidak utuh sebelum peragaan; periksa dulu: jejak log verify {service}",
        "the log of {service} is not as signed even before; see first: jejak log verify {service}",
    ),
    "tamper-needs-own": (
        "peragaan ini hanya untuk sistem contoh yang berjalan di sini (ENVIRONMENT=demo, jejak up)",
        "this is only for the sample system that runs here (ENVIRONMENT=demo, jejak up)",
    ),
    "tamper-too-few": (
        "catatan {service} masih terlalu pendek; jalankan dulu: jejak up",
        "the log of {service} is too short yet; run first: jejak up",
    ),
    "tamper-alter": (
        "1. Administrator basis data mengubah satu huruf dalam satu peristiwa",
        "1. A database administrator changes one letter of one event",
    ),
    "tamper-delete": ("2. ... menghapus satu peristiwa", "2. ... deletes one event"),
    "tamper-insert": ("3. ... menyisipkan satu peristiwa", "3. ... inserts one event"),
    "tamper-swap": (
        "4. ... menukar tempat dua peristiwa, juga nilai hash-nya",
        "4. ... swaps the places of two events, with their hashes",
    ),
    "tamper-missed": ("TIDAK ditemukan: {names}", "NOT found: {names}"),
    "tamper-not-back": (
        "catatan {service} belum kembali seperti semula; lihat temuan di atas",
        "the log of {service} is not back as it was; see the findings above",
    ),
    "tamper-back": ("Semua dikembalikan:", "All is put back:"),
}
