"""What `jejak keys` says, in Indonesian and in English."""

TEXTS: dict[str, tuple[str, str]] = {
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
}
