"""What `jejak bench` says, in Indonesian and in English."""

TEXTS: dict[str, tuple[str, str]] = {
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
}
