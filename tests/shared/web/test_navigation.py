from shared.web.navigation import current, menu, service_tabs


def titles(roles: set[str], *, appraiser: bool = True) -> list[str]:
    return [entry.title for _, entries in menu(roles, "/", appraiser=appraiser) for entry in entries]


def test_an_employee_sees_the_own_screens() -> None:
    shown = titles({"employee"}, appraiser=False)
    assert shown == [
        "Beranda",
        "SKP saya",
        "Realisasi & bukti",
        "Umpan balik",
        "Hasil saya",
        "Tindak lanjut",
        "Jejak",
    ]


def test_an_appraiser_also_sees_those_of_the_team() -> None:
    assert {"SKP bawahan", "Nilai pegawai"} < set(titles({"employee"}))


def test_only_the_auditor_sees_all_changes() -> None:
    assert titles({"auditor"}) == ["Beranda", "Penghapusan", "Jejak", "Perubahan"]
    assert "Perubahan" not in titles({"employee", "hr", "performance_officer"})


def test_hr_sees_people_and_calendar() -> None:
    assert {"Pegawai", "Kalender"} < set(titles({"employee", "hr"}))


def test_who_may_read_erasures_is_led_to_them() -> None:
    assert "Penghapusan" in titles({"employee", "performance_officer"})
    assert "Penghapusan" not in titles({"employee"})


def test_nobody_signed_in_has_no_menu() -> None:
    assert menu((), "/") == []


def test_a_page_deep_below_a_screen_belongs_to_it() -> None:
    for path, title in (
        ("/", "Beranda"),
        ("/perencanaan/skp/2026/rhk/3", "SKP saya"),
        ("/perencanaan/skp-bawahan/1", "SKP bawahan"),
        ("/penilaian/jejak/1", "Jejak"),
        ("/tindak-lanjut/perubahan", "Perubahan"),
        ("/tindak-lanjut/pengembangan", "Tindak lanjut"),
    ):
        found = current(path)
        assert found is not None
        assert found.title == title
    assert current("/lain") is None


def test_each_service_has_its_own_list_of_changes() -> None:
    tabs = service_tabs("perubahan", "/penilaian/perubahan")
    assert [(tab.path, tab.is_current) for tab in tabs] == [
        ("/perencanaan/perubahan", False),
        ("/penilaian/perubahan", True),
        ("/tindak-lanjut/perubahan", False),
    ]
