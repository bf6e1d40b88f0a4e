"""Who works in the simulated clinics, what they stock, and what stands on shelves and sits in waiting rooms."""

OVERFILL = {"ketamine-50": 500, "ketamine-10": 600, "ketamine-100": 300, "ketamine-sd": 200, "spravato": 0}
PRODUCTS = (   # name, label, form, strength, volume, ndc, gtin, diluted before it is given into a vein
    ("ketamine-50", "ketamine 50 mg/mL 10 mL", "multi-dose-vial", "50mg/mL", "10mL", "55150-439-10", False),
    ("ketamine-10", "ketamine 10 mg/mL 20 mL", "multi-dose-vial", "10mg/mL", "20mL", "42023-113-10", False),
    ("ketamine-100", "ketamine 100 mg/mL 5 mL", "multi-dose-vial", "100mg/mL", "5mL", "0409-2051-15", True),
    ("ketamine-sd", "ketamine 50 mg/mL 2 mL", "single-dose-vial", "50mg/mL", "2mL", "0143-9508-01", False),
    ("spravato", "esketamine 28 mg device", "nasal-device", "28mg/0.2mL", "0.2mL", "50458-028-00", False))
HOUSES = {   # the first two are the officers who open the book
    2: (("jpatel", "prescriber,clinician,custodian"), ("mnair", "clinician,custodian")),
    4: (("jpatel", "prescriber,clinician,custodian"), ("mnair", "clinician,custodian"), ("rosei", "clinician,witness"),
        ("lbrandt", "clinician,witness")),
    8: (("jpatel", "prescriber,clinician"), ("mnair", "clinician,custodian"), ("rosei", "clinician,witness"),
        ("lbrandt", "clinician,witness"), ("tcho", "clinician"), ("sabebe", "clinician"), ("mdiaz", "prescriber"),
        ("aweber", "custodian,witness"))}
OUTSIDER = ("kreyes", "auditor")    # the accountant, who comes once a week and has a part in nothing
HUB_LOSS = 120          # ul a draw may lose by this site's policy
BEYOND_USE = 28         # days after the first puncture
EYE, WEIGHT_UL = 100, 200   # how far a count may be off: thousandths of the label by eye; by weight
READING_UL = 50         # how far a reading may be from what is booked
ML = 1000


def ml(ul):
    return "%d.%03dmL" % divmod(ul, ML)


class Person:
    def __init__(self, handle, roles, officer):
        self.handle, self.roles = handle, set(roles.split(",")) | ({"officer"} if officer else set())
        self.is_in, self.busy = True, 0


class Patient:
    def __init__(self, ref, kind, grams, barred):
        self.ref, self.kind, self.grams, self.barred = ref, kind, grams, barred
        self.order, self.left, self.next, self.weighed, self.present = None, 0, None, None, False


class Container:
    """A vial or device on a shelf: what is really in it, and what people see on it."""

    def __init__(self, ref, product, ul, expiry, place):
        self.ref, self.product, self.ul, self.expiry, self.place = ref, product, ul, expiry, place
        self.opened, self.draws, self.gained = None, 0, 0
        self.held = self.taken = self.unchecked = self.is_spent = self.was_lost = False
