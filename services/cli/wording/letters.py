"""What `jejak dead-letters` says, in Indonesian and in English."""

TEXTS: dict[str, tuple[str, str]] = {
    "letters-help": (
        "Pesan Kafka yang ditolak, atau tidak dapat ditangani dan menahan yang berikut dari pegawai itu",
        "Kafka messages that were refused, or can't be handled and hold up later ones of the same employee",
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
}
