"""Finds time zones by names people use: cities, countries, offsets from UTC, unambiguous abbreviations.

A name with several meanings is answered with a question that names the cities; a guess is offered only for a typing
mistake.
"""

import contextlib
import difflib
import functools
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from storage.errors import BadRequestError

_OFFSET: Final = re.compile(
    r"(?:utc|gmt|z)?\s*(?P<sign>[+\-−–])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d)|[.,](?P<part>25|50?|75))?(?:\s*h(?:ours?)?)?",
    re.IGNORECASE,
)
_HALVES: Final = {
    "+5:30": "Asia/Kolkata", "+5:45": "Asia/Kathmandu", "+6:30": "Asia/Yangon", "+9:30": "Australia/Darwin", "+4:30": "Asia/Kabul",
    "+3:30": "Asia/Tehran", "+8:45": "Australia/Eucla", "-9:30": "Pacific/Marquesas",
}  # fmt: skip
"""Time zones at offsets with half or quarter hours, without summer time."""
_MOVING: Final = {"-3:30": "America/St_Johns", "-2:30": "America/St_Johns", "+10:30": "Australia/Adelaide or Australia/Lord_Howe",
                  "+12:45": "Pacific/Chatham", "+13:45": "Pacific/Chatham"}  # fmt: skip
_FARTHEST: Final = {"+": 14, "-": 12}
_QUESTIONS: Final = {
    "PST": "America/Los_Angeles or Asia/Manila", "PDT": "America/Los_Angeles or America/Vancouver", "EST": "America/New_York or America/Toronto",
    "EDT": "America/New_York or America/Toronto", "CST": "America/Chicago, Asia/Shanghai or America/Havana", "CDT": "America/Chicago or America/Havana",
    "MST": "America/Denver or America/Phoenix", "MDT": "America/Denver or America/Edmonton", "IST": "Asia/Kolkata, Asia/Jerusalem or Europe/Dublin",
    "BST": "Europe/London or Asia/Dhaka", "AST": "America/Halifax or Asia/Riyadh", "ADT": "America/Halifax", "HST": "Pacific/Honolulu",
    "AKST": "America/Anchorage", "AKDT": "America/Anchorage", "AEST": "Australia/Sydney or Australia/Brisbane", "AEDT": "Australia/Sydney or Australia/Melbourne",
    "ACST": "Australia/Adelaide or Australia/Darwin", "ACDT": "Australia/Adelaide", "CEST": "Europe/Berlin, Europe/Paris or Europe/Madrid",
    "EEST": "Europe/Athens, Europe/Kyiv or Europe/Helsinki", "WEST": "Europe/Lisbon", "NZDT": "Pacific/Auckland", "NST": "America/St_Johns",
    "SST": "Asia/Singapore or Pacific/Pago_Pago", "GST": "Asia/Dubai or Atlantic/South_Georgia", "AMT": "America/Manaus or Asia/Yerevan",
    "ART": "America/Argentina/Buenos_Aires", "BRT": "America/Sao_Paulo", "ECT": "America/Guayaquil", "WST": "Australia/Perth or Pacific/Apia",
}  # fmt: skip
_ONE_MEANING: Final = {
    "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "PHT": "Asia/Manila", "WIB": "Asia/Jakarta",
    "MSK": "Europe/Moscow", "NPT": "Asia/Kathmandu", "PKT": "Asia/Karachi", "ICT": "Asia/Bangkok", "SAST": "Africa/Johannesburg", "EAT": "Africa/Nairobi",
    "WAT": "Africa/Lagos", "AWST": "Australia/Perth", "NZST": "Pacific/Auckland", "NZT": "Pacific/Auckland", "TRT": "Europe/Istanbul",
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles", "UTC": "UTC", "GMT": "Etc/GMT", "Z": "UTC",
    "ZULU": "UTC", "CET": "CET", "EET": "EET", "WET": "WET", "EASTERN": "America/New_York", "CENTRAL": "America/Chicago", "MOUNTAIN": "America/Denver",
    "PACIFIC": "America/Los_Angeles", "US EASTERN": "America/New_York", "US CENTRAL": "America/Chicago", "US MOUNTAIN": "America/Denver",
    "US PACIFIC": "America/Los_Angeles", "CENTRAL EUROPEAN": "CET", "EASTERN EUROPEAN": "EET", "WESTERN EUROPEAN": "WET", "GREENWICH MEAN": "Etc/GMT",
    "COORDINATED UNIVERSAL": "UTC", "UNIVERSAL": "UTC", "INDIAN": "Asia/Kolkata", "BRITISH": "Europe/London", "GERMAN": "Europe/Berlin", "FRENCH": "Europe/Paris",
    "ITALIAN": "Europe/Rome", "SPANISH": "Europe/Madrid", "DUTCH": "Europe/Amsterdam", "SWISS": "Europe/Zurich", "AUSTRIAN": "Europe/Vienna", "SWEDISH": "Europe/Stockholm",
    "DANISH": "Europe/Copenhagen", "NORWEGIAN": "Europe/Oslo", "FINNISH": "Europe/Helsinki", "POLISH": "Europe/Warsaw", "CZECH": "Europe/Prague", "GREEK": "Europe/Athens",
    "TURKISH": "Europe/Istanbul", "IRISH": "Europe/Dublin", "BELGIAN": "Europe/Brussels", "HUNGARIAN": "Europe/Budapest", "ISRAELI": "Asia/Jerusalem", "ISRAEL": "Asia/Jerusalem",
    "JAPANESE": "Asia/Tokyo", "CHINESE": "Asia/Shanghai", "KOREAN": "Asia/Seoul", "IRANIAN": "Asia/Tehran", "TURKIYE": "Europe/Istanbul",
}  # fmt: skip
_CITIES: Final = {
    "America/New_York": "nyc|new york city|manhattan|brooklyn|boston|washington dc|washington, dc|washington d.c|dc|philly|philadelphia|pittsburgh|atlanta|miami|baltimore|princeton|ithaca|ann arbor|orlando|new haven|providence|charlotte|raleigh|durham|chapel hill|cleveland|columbus|cincinnati|buffalo|tampa|jacksonville|gainesville|blacksburg|college park|amherst|hanover|syracuse|stony brook|pennsylvania|ohio|new jersey|virginia|maryland|connecticut|north carolina|south carolina|new england",
    "America/Los_Angeles": "san francisco|sf|seattle|san diego|portland|palo alto|stanford|berkeley|silicon valley|bay area|las vegas|redmond|mountain view|menlo park|san jose, california|santa barbara|santa cruz|pasadena|irvine|la jolla|davis|oakland|sacramento|eugene|la|socal|oregon|nevada",
    "America/Chicago": "austin|dallas|houston|minneapolis|st louis|saint louis|st. louis|new orleans|nashville|milwaukee|madison|memphis|kansas city|san antonio|urbana|champaign|urbana-champaign|evanston|iowa city|des moines|illinois|wisconsin|minnesota|missouri|oklahoma",
    "America/Denver": "salt lake city|boulder|albuquerque|santa fe|los alamos|colorado|utah|new mexico|montana", "America/Toronto": "montreal|ottawa|quebec city|waterloo|kingston, ontario|hamilton, ontario|ontario", "America/Edmonton": "calgary|alberta|banff", "America/Vancouver": "burnaby|victoria, bc|british columbia", "America/Phoenix": "tucson|tempe|arizona",
    "America/Sao_Paulo": "rio|rio de janeiro|brasilia|belo horizonte|campinas|porto alegre|curitiba", "America/Bogota": "medellin|cali", "America/Lima": "cusco|arequipa", "America/Santiago": "valparaiso|concepcion", "America/Argentina/Buenos_Aires": "rosario|la plata", "America/Mexico_City": "mexico city|guadalajara",
    "Europe/London": "oxford|edinburgh|manchester|glasgow|bristol|leeds|cardiff|liverpool|sheffield|nottingham|southampton|warwick|coventry|exeter|newcastle upon tyne|st andrews|aberdeen|swansea|brighton", "Europe/Paris": "lyon|grenoble|toulouse|marseille|saclay|nice|bordeaux|lille|nantes|strasbourg|montpellier|rennes|sophia antipolis|nancy",
    "Europe/Berlin": "munich|münchen|frankfurt|hamburg|cologne|köln|stuttgart|tübingen|heidelberg|dresden|leipzig|saarbrücken|darmstadt|karlsruhe|aachen|bonn|freiburg|göttingen|goettingen|hannover|hanover, germany|potsdam|erlangen|nuremberg|nürnberg|mannheim|bremen|düsseldorf|dusseldorf|dortmund|jena|ulm|tuebingen|muenchen|koeln|mainz|kiel|rostock|würzburg|passau|regensburg|essen",
    "Europe/Zurich": "geneva|genf|genève|basel|lausanne|bern|st. gallen|lugano|neuchatel", "Europe/Madrid": "barcelona|valencia|seville|bilbao|granada|malaga|zaragoza|san sebastian", "Europe/Rome": "milan|milano|turin|torino|bologna|florence|firenze|naples|napoli|roma|trento|trieste|pisa|padua|padova|venice|venezia|genoa|genova|palermo|bari|verona|modena",
    "Europe/Amsterdam": "rotterdam|the hague|utrecht|eindhoven|delft|leiden|groningen|nijmegen|maastricht|tilburg|enschede|twente|wageningen|den haag", "Europe/Brussels": "leuven|ghent|gent|antwerp|liege|louvain-la-neuve|bruxelles|brussel",
    "Europe/Lisbon": "porto|coimbra|braga|aveiro|lisboa", "Europe/Kyiv": "kiev|lviv|kharkiv|odesa|odessa", "Europe/Copenhagen": "aarhus|odense|aalborg|lyngby", "Europe/Oslo": "bergen|trondheim|tromso", "Europe/Helsinki": "espoo|tampere|turku|oulu", "Europe/Prague": "brno|praha", "Europe/Budapest": "szeged|debrecen", "Europe/Athens": "thessaloniki|heraklion|patras|crete", "Europe/Bucharest": "cluj|cluj-napoca|iasi|timisoara", "Europe/Dublin": "cork|galway|limerick", "Europe/Belgrade": "novi sad", "Europe/Ljubljana": "maribor", "Europe/Zagreb": "split|rijeka", "Europe/Tallinn": "tartu", "Europe/Vilnius": "kaunas", "Europe/Warsaw": "krakow|wroclaw|gdansk|poznan|lodz|warszawa", "Europe/Stockholm": "gothenburg|göteborg|uppsala|lund|malmo|linkoping|umea", "Europe/Vienna": "graz|linz|klosterneuburg|salzburg|innsbruck|wien",
    "Europe/Moscow": "saint petersburg|st petersburg|st. petersburg|petersburg|moskva|dolgoprudny|innopolis|skolkovo", "Europe/Istanbul": "ankara|izmir", "Asia/Jerusalem": "tel aviv|tel-aviv|haifa|rehovot|beer sheva|herzliya",
    "Asia/Kolkata": "mumbai|bombay|delhi|new delhi|bangalore|bengaluru|chennai|madras|calcutta|pune|kanpur|kharagpur|roorkee|ahmedabad|gurgaon|gurugram|noida|jaipur|kochi|guwahati", "Asia/Shanghai": "beijing|peking|shenzhen|guangzhou|hangzhou|nanjing|wuhan|chengdu|xian|xi'an|suzhou|tianjin|hefei|xiamen|dalian|harbin|shenyang|changsha|jinan|qingdao|macau",
    "Asia/Tokyo": "osaka|kyoto|yokohama|nagoya|fukuoka|sapporo|sendai|kobe|hiroshima|tsukuba|okinawa|nara", "Asia/Seoul": "busan|daejeon|pohang|incheon|suwon|daegu|gwangju|ulsan", "Asia/Taipei": "hsinchu|taichung|kaohsiung|tainan", "Asia/Bangkok": "chiang mai|phuket", "Asia/Kuala_Lumpur": "penang", "Asia/Jakarta": "bandung|yogyakarta|surabaya", "Asia/Manila": "quezon city|cebu", "Asia/Tehran": "isfahan|shiraz|mashhad", "Asia/Dhaka": "chittagong", "Africa/Cairo": "alexandria, egypt|giza", "Africa/Casablanca": "rabat|marrakesh|marrakech", "Africa/Accra": "kumasi", "Africa/Addis_Ababa": "addis", "Africa/Nairobi": "mombasa", "Asia/Ho_Chi_Minh": "hanoi|saigon|hcmc|ho chi minh city|da nang", "Asia/Dubai": "abu dhabi",
    "Asia/Riyadh": "jeddah|thuwal|mecca", "Australia/Sydney": "canberra|wollongong|newcastle, australia", "Australia/Melbourne": "geelong", "Australia/Brisbane": "gold coast", "Africa/Johannesburg": "cape town|pretoria|durban", "Africa/Lagos": "abuja",
    "Pacific/Auckland": "wellington|christchurch|dunedin", "Asia/Karachi": "islamabad|lahore|rawalpindi|peshawar",
}  # fmt: skip
"""Further cities of time zones, which the zone database doesn't name."""
_COUNTRIES: Final = {
    "uk": "Europe/London", "u.k.": "Europe/London", "britain": "Europe/London", "great britain": "Europe/London", "england": "Europe/London",
    "scotland": "Europe/London", "wales": "Europe/London", "united kingdom": "Europe/London", "china": "Asia/Shanghai", "spain": "Europe/Madrid",
    "portugal": "Europe/Lisbon", "germany": "Europe/Berlin", "chile": "America/Santiago", "ecuador": "America/Guayaquil", "new zealand": "Pacific/Auckland",
    "south korea": "Asia/Seoul", "korea": "Asia/Seoul", "north korea": "Asia/Pyongyang", "vietnam": "Asia/Ho_Chi_Minh", "taiwan": "Asia/Taipei",
    "iran": "Asia/Tehran", "czechia": "Europe/Prague", "czech republic": "Europe/Prague", "holland": "Europe/Amsterdam", "netherlands": "Europe/Amsterdam",
    "uae": "Asia/Dubai", "emirates": "Asia/Dubai", "turkey": "Europe/Istanbul", "cyprus": "Asia/Nicosia", "ukraine": "Europe/Kyiv", "argentina": "America/Argentina/Buenos_Aires",
    "malaysia": "Asia/Kuala_Lumpur", "uzbekistan": "Asia/Tashkent", "palestine": "Asia/Hebron", "hawaii": "Pacific/Honolulu", "alaska": "America/Anchorage",
    "california": "America/Los_Angeles", "texas": "America/Chicago", "florida": "America/New_York", "massachusetts": "America/New_York", "queensland": "Australia/Brisbane",
    "tasmania": "Australia/Hobart", "northern ireland": "Europe/London", "bosnia": "Europe/Sarajevo", "macedonia": "Europe/Skopje", "ivory coast": "Africa/Abidjan", "burma": "Asia/Yangon", "laos": "Asia/Vientiane", "syria": "Asia/Damascus", "tanzania": "Africa/Dar_es_Salaam", "bolivia": "America/La_Paz", "venezuela": "America/Caracas", "moldova": "Europe/Chisinau", "brunei": "Asia/Brunei", "south africa": "Africa/Johannesburg", "saudi arabia": "Asia/Riyadh", "ksa": "Asia/Riyadh", "deutschland": "Europe/Berlin", "schweiz": "Europe/Zurich", "österreich": "Europe/Vienna", "italia": "Europe/Rome", "españa": "Europe/Madrid", "nippon": "Asia/Tokyo", "new south wales": "Australia/Sydney", "quebec": "America/Toronto", "bavaria": "Europe/Berlin",
}  # fmt: skip
_SEVERAL: Final = {
    "usa": "US", "us": "US", "u.s.": "US", "america": "US", "united states": "US", "united states of america": "US", "russia": "RU", "canada": "CA", "brazil": "BR",
    "australia": "AU", "mexico": "MX", "indonesia": "ID", "kazakhstan": "KZ", "congo": "CD", "mongolia": "MN",
}  # fmt: skip
_MAIN: Final = {
    "US": "America/New_York, America/Chicago, America/Denver or America/Los_Angeles", "RU": "Europe/Moscow, Asia/Yekaterinburg or Asia/Novosibirsk",
    "CA": "America/Toronto, America/Winnipeg or America/Vancouver", "BR": "America/Sao_Paulo, America/Manaus or America/Recife",
    "AU": "Australia/Sydney, Australia/Brisbane, Australia/Adelaide or Australia/Perth", "MX": "America/Mexico_City, America/Tijuana or America/Cancun",
    "ID": "Asia/Jakarta, Asia/Makassar or Asia/Jayapura", "KZ": "Asia/Almaty or Asia/Aqtau", "CD": "Africa/Kinshasa or Africa/Lubumbashi",
    "MN": "Asia/Ulaanbaatar or Asia/Hovd",
}  # fmt: skip
_AMBIGUOUS_CITIES: Final = {
    "cambridge": "Europe/London or America/New_York",
    "birmingham": "Europe/London or America/Chicago",
    "georgia": "America/New_York (the state) or Asia/Tbilisi (the country)",
    "washington": "America/New_York (the capital) or America/Los_Angeles (the state)",
    "hyderabad": "Asia/Kolkata or Asia/Karachi",
    "victoria": "Australia/Melbourne or America/Vancouver",
    "kingston": "America/Jamaica or America/Toronto",
    "alexandria": "Africa/Cairo or America/New_York",
    "newcastle": "Europe/London or Australia/Sydney",
    "hamilton": "America/Toronto or Pacific/Auckland",
    "jersey": "Europe/Jersey or America/New_York",
    "san jose": "America/Los_Angeles or America/Costa_Rica",
}
_NEAR: Final = 0.82
_MOST: Final = 60
_MOST_LIKE: Final = 20
_USUAL: Final = (
    "UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles",
    "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney",
)  # fmt: skip
"""Time zones that the menu offers before a person types."""


_LONGEST: Final = 100
"""Characters of the longest name that can be one of a time zone."""


def zone(name: str) -> ZoneInfo:
    """Return the time zone with this name. Raises `BadRequestError` with a question if it means none or several."""
    plain = " ".join(name.replace("_", " ").split()).strip(" .,;()")
    plain_name = _folded(plain)
    for suffix in (" timezone", " time zone", " time", " standard", " daylight", " summer"):
        plain_name = plain_name.removesuffix(suffix)
    upper = plain_name.upper()
    if (offset := _OFFSET.fullmatch(plain)) is not None:
        return _at_offset(offset, name)
    if (
        question := _QUESTIONS.get(upper)
        or _AMBIGUOUS_CITIES.get(plain_name)
        or _MAIN.get(_SEVERAL.get(plain_name, ""))
    ):
        raise BadRequestError(
            f"“{plain[:_MOST]}” can be several time zones: which city’s do you mean, {question}?",
            about="time_zone",
        )
    key = _ONE_MEANING.get(upper) or _COUNTRIES.get(plain_name) or _names().get(plain_name)
    if key is not None:
        return ZoneInfo(key)
    if len(plain) <= _LONGEST:  # what is read as a path of folders goes as deep as it has slashes
        with contextlib.suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name.strip())
    near = _nearest(plain_name)
    hint = f"did you mean {near}?" if near else "write a city’s such as Europe/Berlin, or UTC+2."
    raise BadRequestError(f"There is no time zone “{name[:_MOST]}”; {hint}", about="time_zone")


def stored_zone(key: str) -> ZoneInfo:
    """Return the time zone of a stored key, even if the key would be ambiguous as a person's word."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return zone(key)


def moment_of_wall_clock(naive: datetime, there: ZoneInfo) -> datetime:
    """Return the UTC time at which clocks in a zone show this time, also around summer-time changes.

    A time that occurs twice is the first one; a time that the clock skips is the first minute after the skip.
    """
    while True:
        moment = naive.replace(tzinfo=there).astimezone(UTC)
        if moment.astimezone(there).replace(tzinfo=None) == naive:
            return moment
        naive += timedelta(minutes=1)


def _at_offset(offset: re.Match[str], name: str) -> ZoneInfo:
    """Return the zone at a fixed offset from UTC, with the sign as people mean it: "GMT+2" is two hours ahead."""
    sign = "+" if offset["sign"] == "+" else "-"
    hours, minutes = int(offset["hours"]), int(offset["minutes"] or 0)
    minutes = {None: minutes, "25": 15, "5": 30, "50": 30, "75": 45}[offset["part"]]
    distance = f"{sign}{hours}:{minutes:02}"
    if distance in _HALVES:
        return ZoneInfo(_HALVES[distance])
    if distance in _MOVING:
        raise BadRequestError(
            f"UTC{distance} moves with summer time there: write {_MOVING[distance]}.", about="time_zone"
        )
    if not minutes and hours <= _FARTHEST[sign]:
        return ZoneInfo(f"Etc/GMT{'-' if sign == '+' else '+'}{hours}" if hours else "UTC")
    raise BadRequestError(
        f"No place is “{name[:_MOST]}” away from UTC; write a city’s zone such as Europe/Berlin.",
        about="time_zone",
    )


def zone_in_words(key: str) -> str:
    """Return a zone for people: "2 hours ahead of UTC (Etc/GMT-2)" for a fixed offset, else its name."""
    match = re.fullmatch(r"Etc/GMT([+-])(\d{1,2})", key)
    if match is None or match[2] == "0":
        return key
    hours = f"{match[2]} hour{'' if match[2] == '1' else 's'}"
    return f"{hours} {'ahead of' if match[1] == '-' else 'behind'} UTC ({key})"


def zone_as_typed(key: str) -> str:
    """Return a zone as a person types it: "UTC+2" for Etc/GMT-2, whose sign is reversed."""
    match = re.fullmatch(r"Etc/GMT([+-])(\d{1,2})", key)
    return key if match is None else f"UTC{'+' if match[1] == '-' else '-'}{match[2]}"


def zones_like(typed: str) -> list[str]:
    """Return keys of time zones whose city, country or abbreviation contains the typed letters, best first.

    At most 20.
    """
    letters = _folded(" ".join(typed.replace("_", " ").split()))
    if not letters:
        return list(_USUAL)
    named = _names() | _COUNTRIES | {name.casefold(): key for name, key in _ONE_MEANING.items()}
    several = (
        _QUESTIONS.get(letters.upper())
        or _AMBIGUOUS_CITIES.get(letters)
        or _MAIN.get(_SEVERAL.get(letters, ""), "")
    )
    keys = re.findall(r"[A-Z]\w+/\w+(?:/\w+)?", several)
    with contextlib.suppress(BadRequestError):
        keys.append(zone(typed).key)
    keys += [key for name, key in named.items() if name.startswith(letters)]
    keys += [key for name, key in named.items() if letters in name]
    return list(dict.fromkeys(keys))[:_MOST_LIKE]


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))


@functools.cache
def _names() -> dict[str, str]:
    """Return zone keys by plain name: of keys, cities, further cities, and countries with a single time."""
    names: dict[str, str] = {}
    for key in sorted(available_timezones()):
        city = _folded(key.rpartition("/")[2].replace("_", " "))
        if "/" in key and not key.startswith("Etc/"):
            names.setdefault(city, key)
    for country, keys in _by_country().items():
        if len({_clock(key) for key in keys}) == 1:
            names.setdefault(_folded(country), keys[0])
    for key, cities in _CITIES.items():
        for city in cities.split("|"):
            names[_folded(city)] = key
    whole = {_folded(key.replace("_", " ")): key for key in available_timezones()}
    return names | {name: key for name, key in whole.items() if "/" in key or name not in names}


def _clock(key: str) -> tuple[object, object]:
    """Return a zone's offsets from UTC in January and in July."""
    there = ZoneInfo(key)
    return tuple(datetime(2026, month, 1, tzinfo=UTC).astimezone(there).utcoffset() for month in (1, 7))  # type: ignore[return-value]  # of two months, two


def _by_country() -> dict[str, list[str]]:
    """Return the zones of each country by its English name, from the zone database."""
    folder = resources.files("tzdata") / "zoneinfo"
    countries = dict(_rows((folder / "iso3166.tab").read_text("utf-8")))
    zones: dict[str, list[str]] = {}
    for code, _, key, *_rest in (
        line.split("\t")
        for line in (folder / "zone.tab").read_text("utf-8").splitlines()
        if line and line[0] != "#"
    ):
        zones.setdefault(countries.get(code, code), []).append(key)
    return zones


def _rows(table: str) -> list[tuple[str, str]]:
    return [
        (line.partition("\t")[0], line.partition("\t")[2])
        for line in table.splitlines()
        if line and line[0] != "#"
    ]


def _nearest(plain_name: str) -> str | None:
    """Return a zone whose name differs by one typing mistake, or None; names under five letters give None."""
    if not 5 <= len(plain_name) <= 40:  # noqa: PLR2004 - an abbreviation, or no name at all
        return None
    names = _names()
    near = difflib.get_close_matches(plain_name, names, n=1, cutoff=_NEAR)
    return names[near[0]] if near and near[0][0] == plain_name[0] else None
