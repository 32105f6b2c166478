"""What `jejak rebuild` says, in Indonesian and in English."""

TEXTS: dict[str, tuple[str, str]] = {
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
    "rebuild-text-unreadable": (
        "satu teks terenkripsi tidak dapat dibuka; tabel lama tetap dipakai. {reason}",
        "one encrypted text can't be opened; the old tables stay in use. {reason}",
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
}
