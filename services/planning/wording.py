"""Indonesian for planning's codes, statuses and fields."""

PROBLEMS: dict[str, str] = {
    "plan-is-missing": "SKP ini belum disusun",
    "plan-exists": "SKP untuk tahun dan segmen ini sudah ada",
    "period-is-impossible": "Periode SKP harus berurutan dan berada dalam tahunnya",
    "period-overlaps": "Periode SKP bertumpang tindih dengan SKP lain pada tahun yang sama",
    "plan-is-locked": "SKP ini sedang tidak dapat diubah",
    "text-is-missing": "Uraian dan satuan wajib diisi",
    "result-is-missing": "Rencana hasil kerja ini tidak ada",
    "indicator-is-missing": "Indikator ini tidak ada",
    "target-is-impossible": "Target tidak mungkin",
    "due-day-is-impossible": "Tanggal jatuh tempo bulanan harus 1 sampai 28",
    "plan-is-empty": "SKP belum memiliki rencana hasil kerja",
    "result-has-no-indicator": "Ada rencana hasil kerja yang belum memiliki indikator",
    "indicator-has-no-target": "Ada indikator yang belum memiliki target",
    "plan-has-no-appraiser": "Belum ada pejabat penilai kinerja pada tanggal ini",
    "plan-is-not-submitted": "SKP ini tidak sedang diajukan",
    "plan-is-not-agreed": "SKP ini belum ditetapkan",
    "own-plan": "SKP sendiri tidak dapat dikembalikan atau ditetapkan sendiri",
    "not-the-appraiser": "Hanya Pejabat Penilai Kinerja pegawai ini pada tanggal itu yang dapat melakukannya",
    "reason-is-missing": "Alasan wajib diisi",
    "no-revision-is-open": "Tidak ada revisi yang sedang disusun",
    "person-is-unknown": "Pegawai ini belum terdaftar",
    "name-is-missing": "Nama wajib diisi",
    "assignment-is-incomplete": "Unit kerja dan jabatan wajib diisi",
    "person-is-erased": "Data pribadi pegawai ini sudah dihapus",
    "person-is-held": "Data pegawai ini sedang ditahan dan tidak boleh dihapus",
    "person-is-not-held": "Data pegawai ini tidak sedang ditahan",
    "ground-is-unknown": "Dasar hukum penghapusan tidak dikenal",
    "hold-is-impossible": "Penahanan memerlukan alasan dan hari akhir yang belum lewat",
    "own-appraiser": "Seseorang tidak dapat menjadi pejabat penilai bagi dirinya sendiri",
    "dates-out-of-order": "Tanggal-tanggal kalender harus berurutan",
    "calendar-needs-reason": "Perubahan kalender memerlukan alasan",
    "file-refused": "Berkas pegawai tidak dapat diimpor",
    "file-missing": "Berkas wajib dipilih",
    "nip-refused": "NIP tidak mungkin",
    "year-out-of-reach": "Tahun di luar yang dilayani",
}

DETAILS: dict[str, str] = {
    "plan-is-locked": "SKP yang diajukan menunggu pejabat penilai; yang ditetapkan diubah melalui revisi.",
    "target-is-impossible": "Target harus lebih dari nol; nol hanya boleh bila makin rendah makin baik.",
    "plan-has-no-appraiser": "Sampaikan kepada pengelola kepegawaian; rancangan Anda tetap tersimpan.",
    "reason-is-missing": "Pilih kode alasan dan tulis penjelasannya.",
    "calendar-needs-reason": "Tanggal yang sudah ditetapkan hanya berubah dengan kode alasan dan penjelasan.",
    "dates-out-of-order": "Penetapan SKP, lalu pembukaan penilaian, lalu batas penilaian.",
    "person-is-held": "Alasan: {reason}. Berlaku sampai dengan {until}.",
    "ground-is-unknown": "Pilih salah satu dasar yang tercantum.",
    "file-refused": "Tidak ada satu baris pun yang disimpan. Perbaiki yang disebut, lalu unggah lagi.",
}

FAULTS: dict[str, str] = {
    "file-not-utf8": (
        "Berkas bukan UTF-8 (mungkin windows-1252). Di Excel simpan sebagai CSV UTF-8, lalu unggah lagi"
    ),
    "file-not-text": "Berkas ini bukan berkas teks CSV",
    "file-not-csv": "Tanda kutip pada baris ini tidak ditutup",
    "file-without-rows": "Berkas tidak berisi seorang pegawai pun",
    "file-too-long": "Berkas memuat lebih dari {0} baris; bagi menjadi beberapa berkas",
    "delimiter-unknown": "Pemisah kolom pada berkas ini ({0}) tidak dikenal; pakai titik koma atau koma",
    "row-of-other-width": "Baris ini memuat {0} kolom, seharusnya {1}; periksa pemisah titik koma atau koma",
    "column-missing": "Kolom ini tidak ada pada baris judul",
    "column-unknown": "Kolom ini tidak dikenal",
    "column-twice": "Kolom ini ada dua kali",
    "value-missing": "Wajib diisi",
    "value-unreadable": "Terlalu panjang atau memuat karakter yang tidak dapat dibaca",
    "person-erased": "Data pribadi pemegang id ini sudah dihapus; pegawai yang kembali mendapat id baru",
    "date-unreadable": "Tulis tanggal sebagai 2026-01-31 atau 31/01/2026",
    "id-unreadable": "Harus berupa UUID",
    "id-twice": "Nomor pengguna ini sudah milik orang lain",
    "id-differs": "Pegawai ini sudah terdaftar dengan nomor pengguna lain",
    "own-appraiser": "Pegawai tidak dapat menjadi penilai bagi dirinya sendiri",
    "appraiser-unknown": "Pejabat penilai dengan NIP ini tidak ada di berkas maupun di daftar pegawai",
    "nip-twice": "NIP ini dengan tanggal berlaku yang sama sudah ada pada baris {0}",
    "name-differs": "Nama berbeda dari baris lain dengan NIP yang sama",
    "nip-lost-digits": "NIP tersimpan sebagai angka sehingga digitnya hilang; jadikan kolom NIP teks",
    "nip-not-18-digits": "NIP harus 18 angka",
    "nip-birth-date": "Delapan angka pertama NIP bukan tanggal lahir yang ada",
    "nip-appointment": "Tahun dan bulan pengangkatan pada NIP tidak mungkin",
    "nip-appointed-too-young": "Menurut NIP ini pegawai diangkat sebelum berumur 18 tahun",
    "nip-sex": "Angka ke-15 NIP harus 1 atau 2",
    "nip-serial": "Tiga angka terakhir NIP tidak boleh 000",
    "nip-of-sample": "NIP ini hanya untuk data contoh",
}

COLUMN_TITLES: dict[str, str] = {
    "nip": "NIP",
    "nama": "Nama",
    "jabatan": "Jabatan",
    "unit": "Unit",
    "nip_penilai": "NIP penilai",
    "berlaku_sejak": "Berlaku sejak",
    "id_pegawai": "Nomor pengguna",
}

STATUSES: dict[str, str] = {
    "absent": "Belum disusun",
    "draft": "Rancangan",
    "submitted": "Diajukan",
    "returned": "Dikembalikan",
    "agreed": "Ditetapkan",
    "revising": "Revisi disusun",
}

KINDS: dict[str, str] = {"main": "Utama", "additional": "Tambahan"}
ASPECTS: dict[str, str] = {"quantity": "Kuantitas", "quality": "Kualitas", "time": "Waktu", "cost": "Biaya"}
DIRECTIONS: dict[str, str] = {
    "higher": "Makin tinggi makin baik",
    "lower": "Makin rendah makin baik",
}

REASONS: dict[str, str] = {
    "not-aligned": "Belum selaras dengan kinerja unit",
    "indicator-unclear": "Indikator belum jelas",
    "target-too-low": "Target terlalu rendah",
    "target-unrealistic": "Target tidak realistis",
    "incomplete": "Belum lengkap",
    "strategy-changed": "Perubahan rencana strategis atau perjanjian kinerja",
    "position-changed": "Perpindahan jabatan atau unit",
    "assignment-changed": "Perubahan penugasan",
    "budget-changed": "Perubahan anggaran",
    "extended-by-circular": "Diperpanjang dengan surat edaran",
    "corrected": "Pembetulan",
    "imported": "Impor daftar pegawai",
    "retention-ended": "Masa retensi berakhir (UU 27/2022 Ps 44 ayat 1 huruf a)",
    "purpose-ended": "Tidak lagi diperlukan bagi tujuannya (UU 27/2022 Ps 43 ayat 1 huruf a)",
    "subject-request": "Permintaan yang bersangkutan (UU 27/2022 Ps 43 ayat 1 huruf c)",
    "unlawfully-processed": "Diproses secara melawan hukum (UU 27/2022 Ps 43 ayat 1 huruf d)",
    "court-case": "Proses hukum suatu perkara",
    "discipline": "Pemeriksaan disiplin",
    "audit": "Pemeriksaan Inspektorat atau BPK",
    "objection-period": "Masa keberatan atau banding",
    "other": "Lainnya",
}

SERVICES: dict[str, str] = {
    "planning": "Perencanaan",
    "assessment": "Penilaian",
    "followup": "Tindak lanjut",
}
DOCUMENT_UNREADABLE = "Tulis nomor suratnya saja, misalnya 800/123/BKD/2026"

ROLES: dict[str, str] = {
    "employee": "pegawai",
    "appraiser": "pejabat penilai kinerja",
    "appraisers_superior": "atasan pejabat penilai",
    "hr": "pengelola kepegawaian",
    "performance_officer": "pengelola kinerja",
    "auditor": "pemeriksa",
    "system": "sistem",
}

EVENT_LABELS: dict[str, str] = {
    "PersonRegistered": "Pegawai didaftarkan",
    "NameCorrected": "Nama dibetulkan",
    "AssignmentChanged": "Penempatan diubah",
    "PersonLookedUp": "Data pegawai dicari sistem lain",
    "PersonNotFound": "Pegawai yang dicari sistem lain tidak ditemukan",
    "PersonHeld": "Data pegawai ditahan",
    "HoldLifted": "Penahanan data diakhiri",
    "PersonErased": "Penghapusan data pribadi diperintahkan",
    "ErasureConfirmed": "Layanan lain sudah menghapus data pribadi",
    "ErasureDone": "Data pribadi dihapus",
    "CalendarSet": "Kalender ditetapkan",
    "PlanDrafted": "SKP disusun",
    "PeriodChanged": "Periode SKP diubah",
    "ResultAdded": "Rencana hasil kerja ditambahkan",
    "ResultEdited": "Rencana hasil kerja diubah",
    "ResultRemoved": "Rencana hasil kerja dihapus",
    "IndicatorAdded": "Indikator ditambahkan",
    "IndicatorEdited": "Indikator diubah",
    "IndicatorRemoved": "Indikator dihapus",
    "ExpectationSet": "Ekspektasi khusus pimpinan ditulis",
    "PlanSubmitted": "SKP diajukan",
    "PlanReturned": "SKP dikembalikan",
    "PlanAgreed": "SKP ditetapkan",
    "RevisionOpened": "Revisi SKP dibuka",
    "RevisionCancelled": "Revisi SKP dibatalkan",
    "PlanRevised": "Revisi SKP ditetapkan",
}

FIELD_LABELS: dict[str, str] = {
    "status": "Status",
    "employee_id": "Pegawai",
    "year": "Tahun",
    "segment": "Segmen",
    "period_from": "Periode dari",
    "period_to": "Periode sampai",
    "results": "Rencana hasil kerja",
    "indicators": "Indikator",
    "title": "Uraian",
    "misses_by_nip": "Tidak ditemukan menurut NIP",
    "misses_by_id": "Tidak ditemukan menurut id pegawai",
    "kind": "Jenis",
    "aspect": "Aspek",
    "target": "Target",
    "unit": "Satuan",
    "direction": "Arah",
    "due_day": "Jatuh tempo bulanan",
    "expectations": "Ekspektasi khusus",
    "text": "Isi",
    "code": "Nilai BerAKHLAK",
    "revision": "Revisi ke",
    "reason_code": "Kode alasan",
    "agreed": "Yang ditetapkan",
    "unit_id": "Unit",
    "unit_name": "Unit kerja",
    "appraiser_id": "Pejabat penilai",
    "submitted_late": "Diajukan terlambat",
    "agreed_late": "Ditetapkan terlambat",
    "nip": "NIP",
    "full_name": "Nama",
    "assignments": "Penempatan",
    "hold": "Penahanan",
    "reason": "Alasan",
    "until": "Sampai dengan",
    "document": "Nomor surat",
    "erased": "Data pribadi dihapus",
    "erased_by": "Dihapus oleh layanan",
    "done": "Selesai",
    "valid_from": "Berlaku sejak",
    "position": "Jabatan",
    "plans_due": "Batas penetapan SKP",
    "assessment_opens": "Penilaian dibuka",
    "assessment_due": "Batas penilaian",
    "result_id": "Nomor RHK",
    "indicator_id": "Nomor IKI",
}

RECORDS: dict[str, str] = {
    "plan": "SKP",
    "person": "Data pegawai",
    "calendar": "Kalender",
    "erasure": "Penghapusan data pribadi",
    "lookups": "Pencarian oleh sistem lain",
}
SOUGHT_BY: dict[str, str] = {"nip": "NIP", "employee_id": "id pegawai"}
UNKNOWN_PERSON = "Pegawai (data menyusul)"
ERASED = "dihapus"

MISSING: dict[str, str] = {
    "plan-is-empty": "Tambahkan paling sedikit satu rencana hasil kerja",
    "result-has-no-indicator": "Tambahkan indikator pada rencana hasil kerja: {title}",
    "indicator-has-no-target": "Isi target indikator: {title}",
}
STATUS_TONES: dict[str, str] = {
    "absent": "neutral",
    "draft": "neutral",
    "submitted": "waiting",
    "returned": "attention",
    "agreed": "good",
    "revising": "info",
}
PREFLIGHT: dict[str, tuple[str, str]] = {
    "no-appraiser": ("Tanpa pejabat penilai", "Wajar bagi pimpinan instansi; lainnya perlu dilengkapi."),
    "circular": ("Pejabat penilai melingkar", "Perbaiki dengan mengimpor penempatan yang benar."),
    "no-plan": ("Belum menyusun SKP", "Ingatkan sebelum batas penetapan."),
    "not-agreed": ("SKP belum ditetapkan", "Menunggu pegawai atau pejabat penilai."),
}
