"""Small PDFs made by hand, with text that is seen and text that isn't."""

VISIBLE = "We study the visible words of papers and find that they are read."


def line(x: int, y: int, words: str, size: int = 10, before: str = "0 Tr 0 g") -> bytes:
    return f"BT /F1 {size} Tf {before} {x} {y} Td ({words}) Tj ET".encode()


def pdf(lines: list[bytes], trailer: bytes = b"", filters: bytes = b"") -> bytes:
    stream = b"\n".join(lines)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for start in starts:
        out += b"%010d 00000 n \n" % start
    out += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, at)
    return bytes(out)


def a_paper(*, abstract: bool = True) -> bytes:
    lines = [line(72, 720, "A Fine Title of Great Length", 18), line(72, 690, "Jane Doe")]
    lines += [line(72, 660, "Abstract" if abstract else "Starters", 11)]
    lines += [line(72, 640 - 12 * n, VISIBLE) for n in range(6)]
    return pdf([*lines, line(72, 500, "1 Introduction", 12), line(72, 480, "Here it begins.")])
