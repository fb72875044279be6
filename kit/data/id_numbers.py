"""Numbers that belong to one person, told from other numbers by their check digits.

Sources: the rules of the issuing bodies, as each function names them. A check digit keeps false
alarms rare: of random numbers one in ten passes a Luhn check, one in 23 the letter of a Spanish DNI,
one in 97 an IBAN.
"""

from __future__ import annotations

import re


def is_dni(cell: str) -> bool:
    """Tell whether this is a Spanish DNI or NIE: its letter is the number modulo 23.

    Examples
    --------
    >>> is_dni("12345678Z"), is_dni("12345678A"), is_dni("X-1234567-L")
    (True, False, True)
    """
    bare = re.sub(r"[\s.\-]", "", cell.upper())
    if not re.fullmatch(r"(?:\d{8}|[XYZ]\d{7})[A-Z]", bare, re.ASCII):
        return False
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(bare[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == bare[-1]


def is_curp(cell: str) -> bool:
    """Tell whether this is a Mexican CURP: date, sex, state and check digit must fit.

    Examples
    --------
    >>> is_curp("HEGG560427MVZRRL04"), is_curp("HEGG560427MVZRRL05")
    (True, False)
    """
    bare = cell.strip().upper()
    if not re.fullmatch(r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZÑX]{3}[A-Z\d]\d", bare, re.ASCII):
        return False
    order = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(order.index(sign) * (18 - place) for place, sign in enumerate(bare[:17]))
    return _is_day(bare[4:10]) and (10 - total % 10) % 10 == int(bare[17])


def is_rfc(cell: str) -> bool:
    """Tell whether this is the Mexican RFC of a person: four letters, date of birth, three signs.

    Examples
    --------
    >>> is_rfc("GODE561231GR8"), is_rfc("ABC561231GR8"), is_rfc("GODE561331GR8")
    (True, False, False)
    """
    bare = cell.strip().upper().replace("-", "").replace(" ", "")
    return bool(re.fullmatch(r"[A-ZÑ&]{4}\d{6}[A-Z\d]{2}[A\d]", bare)) and _is_day(bare[4:10])


def is_svnr(cell: str) -> bool:
    """Tell whether this is an Austrian social insurance number: check digit and date of birth.

    Examples
    --------
    >>> is_svnr("1237 010180"), is_svnr("1238 010180")
    (True, False)
    """
    bare = re.sub(r"[\s\-/]", "", cell)
    if not re.fullmatch(r"[1-9]\d{9}", bare, re.ASCII):
        return False
    weights = (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)
    check = sum(int(digit) * weight for digit, weight in zip(bare, weights, strict=True)) % 11
    day, month = int(bare[4:6]), int(bare[6:8])
    return check == int(bare[3]) and 1 <= day <= 31 and 1 <= month <= 15


def is_sin(cell: str) -> bool:
    """Tell whether this is a Canadian social insurance number: nine digits with a Luhn check.

    Examples
    --------
    >>> is_sin("046 454 286"), is_sin("046 454 287")
    (True, False)
    """
    bare = re.sub(r"[\s\-]", "", cell)
    return bool(re.fullmatch(r"\d{9}", bare, re.ASCII)) and bare != "0" * 9 and _luhn(bare)


def is_iban(cell: str) -> bool:
    """Tell whether this is a bank account: IBAN, ISO 13616, modulo 97.

    Examples
    --------
    >>> is_iban("ES91 2100 0418 4502 0005 1332"), is_iban("ES92 2100 0418 4502 0005 1332")
    (True, False)
    """
    bare = re.sub(r"\s", "", cell.upper())
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z\d]{11,30}", bare, re.ASCII):
        return False
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def is_spanish_social_security(cell: str) -> bool:
    """Tell whether this is a Spanish social security number: twelve digits, the last two modulo 97.

    Examples
    --------
    >>> is_spanish_social_security("28/12345678/40"), is_spanish_social_security("28/12345678/41")
    (True, False)
    """
    bare = re.sub(r"[\s/\-]", "", cell)
    if not re.fullmatch(r"\d{12}", bare, re.ASCII):
        return False
    province, number = int(bare[:2]), int(bare[2:10])
    whole = number + province * 10_000_000 if number < 10_000_000 else int(bare[:10])
    return whole % 97 == int(bare[10:])


def is_german_tax_id(cell: str) -> bool:
    """Tell whether this is a German tax identification number: ISO 7064 modulo 11, 10.

    Examples
    --------
    >>> is_german_tax_id("86 095 742 719"), is_german_tax_id("86 095 742 718")
    (True, False)
    """
    bare = re.sub(r"\s", "", cell)
    if not re.fullmatch(r"[1-9]\d{10}", bare, re.ASCII):
        return False
    product = 10
    for digit in bare[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(bare[10])


def is_french_social_security(cell: str) -> bool:
    """Tell whether this is a French social security number: 13 digits and 97 minus the remainder.

    Examples
    --------
    >>> is_french_social_security("1 84 12 76 451 089 46"), is_french_social_security("184127645108947")
    (True, False)
    """
    bare = re.sub(r"[\s.]", "", cell)
    if not re.fullmatch(r"[12]\d{14}", bare, re.ASCII):
        return False
    return 97 - int(bare[:13]) % 97 == int(bare[13:])


def is_swiss_ahv(cell: str) -> bool:
    """Tell whether this is a Swiss AHV number: 756 and an EAN-13 check digit.

    Examples
    --------
    >>> is_swiss_ahv("756.1234.5678.97"), is_swiss_ahv("756.1234.5678.98")
    (True, False)
    """
    bare = re.sub(r"[\s.]", "", cell)
    if not re.fullmatch(r"756\d{10}", bare, re.ASCII):
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(bare[:12]))
    return (10 - total % 10) % 10 == int(bare[12])


def is_philippine_id(cell: str) -> bool:
    """Tell whether this has the shape of a Philippine number: PhilSys, UMID, SSS, TIN or PhilHealth.

    These have no public check digit, so only the usual way of writing them with hyphens counts.

    Examples
    --------
    >>> is_philippine_id("1234-5678-9012-3456"), is_philippine_id("1234567890123456")
    (True, False)
    """
    shapes = r"\d{4}-\d{4}-\d{4}-\d{4}|\d{4}-\d{7}-\d|\d{2}-\d{7}-\d|\d{3}-\d{3}-\d{3}(?:-\d{3,5})?|\d{2}-\d{9}-\d"
    return bool(re.fullmatch(shapes, cell.strip(), re.ASCII))


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_day(digits: str) -> bool:
    """Tell whether six digits can be a date of birth, year first."""
    return 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) <= 31
