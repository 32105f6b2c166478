"""What `jejak log` says, in Indonesian and in English."""

TEXTS: dict[str, tuple[str, str]] = {
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
    "log-not-written": (
        "{file} tidak dapat ditulis: {reason}; berkas yang sudah ada di sana tetap seperti semula",
        "{file} cannot be written: {reason}; a file that was there before is as it was",
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
