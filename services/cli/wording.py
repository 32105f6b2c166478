"""What `jejak` says, in Indonesian and in English."""

WORDING: dict[str, tuple[str, str]] = {
    "unknown-service": (
        "layanan {name} tidak dikenal; yang ada: {known}",
        "there is no service {name}; there are: {known}",
    ),
    "setting-missing": ("pengaturan belum lengkap: {reason}", "a setting is missing: {reason}"),
}
