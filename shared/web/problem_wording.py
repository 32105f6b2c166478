"""Indonesian for what is safe and what to do next, by the kind of error."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """`safe` says what did not happen to the reader's data, `next` what to try, in order.

    `kept` is for a page that finds something typed on the device: only its script knows.
    """

    safe: str
    next: tuple[str, ...]
    kept: str = ""


SAFE = "Tidak ada yang berubah pada data Anda."
KEPT = (
    "Yang sudah Anda ketik tetap ada di perangkat ini: buka kembali formulirnya dan isian Anda dapat "
    "dipulihkan. Hanya berkas yang perlu dipilih lagi."
)
HOME = "Mulai lagi dari Beranda."

ADVICE = {
    400: Advice(SAFE, ("Buka kembali halaman sebelumnya, lalu ulangi.", HOME)),
    401: Advice(SAFE, ("Masuk lagi, lalu buka kembali halaman yang tadi.",), KEPT),
    403: Advice(
        SAFE,
        (
            "Periksa apakah Anda membuka catatan yang benar.",
            "Bila hubungan atasan dan bawahan di sini keliru, sampaikan kepada pengelola kepegawaian.",
        ),
    ),
    404: Advice(SAFE, ("Periksa alamat halaman.", HOME)),
    409: Advice(
        SAFE,
        (
            "Buka kembali halaman sebelumnya untuk melihat keadaan terbaru.",
            "Perbaiki yang disebut di atas, lalu kirim lagi.",
        ),
        KEPT,
    ),
    412: Advice(
        "Perubahan Anda belum disimpan, dan perubahan orang lain tidak tertimpa.",
        (
            "Buka kembali halaman sebelumnya untuk melihat versi terbaru.",
            "Bandingkan dengan isian Anda, lalu kirim lagi.",
        ),
        KEPT,
    ),
    413: Advice(
        SAFE,
        (
            "Perkecil berkasnya, misalnya dengan resolusi foto yang lebih rendah.",
            "Unggah lagi berkas yang lebih kecil.",
        ),
    ),
    422: Advice(SAFE, ("Kembali ke formulir dan perbaiki isian yang disebut.", "Kirim lagi."), KEPT),
    500: Advice(
        "Perubahan tercatat seluruhnya atau tidak sama sekali.",
        (
            "Coba lagi beberapa saat lagi.",
            "Bila terulang, sampaikan kepada pengelola sistem beserta waktu kejadiannya.",
        ),
        KEPT,
    ),
    503: Advice(
        "Data yang tersimpan aman.",
        (
            "Coba lagi beberapa saat lagi; mengirim ulang tidak menggandakan apa pun.",
            "Bagian lain tetap dapat dipakai.",
        ),
        KEPT,
    ),
}
LOST_FILE = Advice(
    SAFE, ("Sampaikan kepada pengelola sistem: berkas ini hanya dapat dipulihkan dari cadangan.",)
)
BY_CODE = {
    "evidence-missing": LOST_FILE,
    "evidence-changed": LOST_FILE,
    "event-unreadable": Advice(
        SAFE,
        (
            "Sampaikan kepada pengelola sistem: catatan ini hanya dapat dipulihkan dari cadangan.",
            "Buka Jejak untuk membaca bagian yang masih dapat dibaca.",
        ),
        KEPT,
    ),
}
