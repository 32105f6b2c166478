"""Indonesian for what is safe and what to do next, by the kind of error."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """`safe` says what did not happen to the reader's data, `next` what to try, in order."""

    safe: str
    next: tuple[str, ...]


SAFE = "Tidak ada yang berubah pada data Anda."
KEPT = (
    "Yang sudah Anda ketik tetap ada di perangkat ini: buka kembali formulirnya dan isian Anda dipulihkan. "
    "Hanya berkas yang perlu dipilih lagi."
)
HOME = "Mulai lagi dari Beranda."

ADVICE = {
    400: Advice(SAFE, ("Kembali ke halaman sebelumnya, muat ulang, lalu ulangi.", HOME)),
    401: Advice(f"{SAFE} {KEPT}", ("Masuk lagi, lalu buka kembali halaman yang tadi.",)),
    403: Advice(
        SAFE,
        (
            "Periksa apakah Anda membuka catatan yang benar.",
            "Bila hubungan atasan dan bawahan di sini keliru, sampaikan kepada pengelola kepegawaian.",
        ),
    ),
    404: Advice(SAFE, ("Periksa alamat halaman.", HOME)),
    409: Advice(
        f"{SAFE} {KEPT}",
        (
            "Buka kembali halaman sebelumnya untuk melihat keadaan terbaru.",
            "Perbaiki yang disebut di atas, lalu kirim lagi.",
        ),
    ),
    412: Advice(
        f"Perubahan Anda belum disimpan, dan perubahan orang lain tidak tertimpa. {KEPT}",
        ("Muat ulang halaman untuk melihat versi terbaru.", "Bandingkan dengan isian Anda, lalu kirim lagi."),
    ),
    413: Advice(
        SAFE,
        (
            "Perkecil berkasnya, misalnya dengan resolusi foto yang lebih rendah.",
            "Unggah lagi berkas yang lebih kecil.",
        ),
    ),
    422: Advice(f"{SAFE} {KEPT}", ("Kembali ke formulir dan perbaiki isian yang disebut.", "Kirim lagi.")),
    500: Advice(
        f"Perubahan tercatat seluruhnya atau tidak sama sekali. {KEPT}",
        (
            "Coba lagi beberapa saat lagi.",
            "Bila terulang, sampaikan kepada pengelola sistem beserta waktu kejadiannya.",
        ),
    ),
    503: Advice(
        f"Data yang tersimpan aman. {KEPT}",
        (
            "Coba lagi beberapa saat lagi; mengirim ulang tidak menggandakan apa pun.",
            "Bagian lain tetap dapat dipakai.",
        ),
    ),
}
