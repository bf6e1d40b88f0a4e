#!/usr/bin/env bash
# Stock comes in by name, NDC, barcode or scan; a carton is never taken for a vial.
. "$(dirname "$0")/harness.sh"
. "$root/tests/cli/clinic.bash"
begin_clinic
at 08:03 place add safe --type safe --as mnair --officer jpatel
at 08:04 product add ketamine-50 --label "Ketamine 50 mg/mL 10 mL" --drug ketamine --form multi-dose-vial --strength 50mg/mL \
    --strength-seen 50mg/mL --volume 10mL --overfill 0.5mL --schedule III --ndc 55150-439-10 \
    --gtins "00355150439102 container 1" --gtins "20355150439106 pack 10" --as mnair --officer jpatel
recorded "a product with two barcodes"
at 08:04 product add ketamine-100 --label "Ketamine 100 mg/mL 5 mL" --drug ketamine --form multi-dose-vial --strength 100mg/mL \
    --strength-seen 10mg/mL --volume 5mL --overfill 0.3mL --schedule III --as mnair --officer jpatel
refused PH0107 "two who type different strengths are told so"
at 08:05 party add acme --type supplier --label "Acme Supplies" --registration dea:RA0123454 --as mnair --officer jpatel
at 08:05 party add bogus --type supplier --label "Bogus" --registration dea:RA0123456 --as mnair --officer jpatel
expect_err "PH0104" "a DEA number with a wrong check digit is refused"

receipt="--from acme --document-type invoice --place safe --as mnair -w jpatel"
# shellcheck disable=SC2086  # several options
{
    at 08:06 receive 55150-439-10 "10 vials" --lot A1 --expiry 2028-09-30 --document 1 $receipt
    recorded "by NDC and number of vials"
    expect_out "vials V-1 to V-10"
    at 08:07 receive 20355150439106 1 carton --lot A2 --expiry 2028-09-30 --document 2 $receipt
    recorded "by barcode and carton"
    expect_out "vials V-11 to V-20" "a carton of ten is ten vials"
    at 08:08 receive ketamine-50 2 cartons --lot A3 --expiry 2028-09-30 --document 3 $receipt
    recorded "by name and cartons"
    expect_out "vials V-21 to V-40"
    at 08:09 receive 55150043910 "10 vials" --lot A1 --expiry 2028-09-30 --document 4 $receipt
    expect_status 2
    expect_err "has no hyphens" "digits without hyphens are not guessed at"
    at 08:10 receive ketamine-50 --lot A1 --expiry 2028-09-30 --document 5 $receipt
    expect_status 2
    expect_err "line 1 of the receipt lacks its containers"
    at 08:10 receive ketamine-50 3 vials --lot A1 --lot A2 --expiry 2028-09-30 --document 5 $receipt
    expect_err "--lot is given twice for one line"
    at 08:11 receive ketamine-50 1 vials --lot A1 --expiry 2028-09-30 ketamine-50 2 vials --expiry 2027-05 --lot B1 --document 6 $receipt
    recorded "two lines, each with its own options"
    expect_out "vials V-41 to V-43"
    at 08:12 show V-43
    expect_out "lot B1  exp 2027-05-31" "a month is good through its last day"

    at 08:12 receive ketamine-50 1024 vials --lot A9 --expiry 2028-09-30 --document 99 $receipt
    refused PH0106 "more than one entry can name is booked in two"
    at 08:13 receive --scan --document 7 $receipt <<<"(01)20355150439106(17)280930(10)C1(21)S001
(01)00355150439102(17)280930(10)C2(21)S002
"
    recorded "two packs scanned one after the other"
    expect_err "ketamine-50  10 containers  lot C1  serial S001" "each is echoed"
    expect_out "vials V-44 to V-54"
    at 08:14 receive --scan --document 8 $receipt <<<"(01)20355150439106(17)280930(10)C1(21)S001"
    refused PH0204 "a serial number is received once"
    printf ']d2010035515043910217280930%s\x1d21S003\n' 10C3 >scan
    at 08:15 receive --scan --document 9 $receipt <scan
    recorded "a scan as the scanner sends it"
    at 08:16 receive --scan --document 10 $receipt <<<"hello"
    expect_status 2
    expect_err "this is no scan of a pack: hello"
    at 08:16 receive --scan --document 10 $receipt <<<"(01)00355150439103(17)280930(10)C1"
    expect_status 2 "a barcode with a wrong digit is no scan"
    expect_err "the check digit of the barcode (01) does not fit" "and what is wrong with it is said"
    at 08:16 receive --scan --document 10 $receipt <<<"(01)00355150439102(17)281330(10)C1"
    expect_err "the expiry (17) is no date"
    at 08:16 receive --scan --document 10 $receipt <<<"(17)280930(10)C1"
    expect_err "this scan has no barcode number (01)"
    at 08:16 receive --scan --document 10 $receipt <<<"]d10100355150439102"
    expect_err "a code of another sort"
    at 08:16 receive --scan --document 10 $receipt <<<$'(01)00355150439102(10)C\a1'
    expect_err "a character that no such code has"
    expect_err "C?1" "which is not shown as it is"
    at 08:17 receive --scan --document 11 $receipt <<<""
    expect_status 2
    expect_err "--lines is missing" "nothing scanned is nothing received"
    at 08:18 receive ketamine-50 1 vial --lot C4 --expiry 2028-09-30 --serial S004 --document 12 $receipt
    recorded "a serial number typed goes with the only barcode for one vial"
    at 08:18 receive ketamine-50 1 carton --lot C4 --expiry 2028-09-30 --serial S004 --document 12 $receipt
    recorded "or for one carton"
    at 08:18 receive ketamine-50 3 vials --lot C4 --expiry 2028-09-30 --serial S005 --document 12 $receipt
    expect_status 2
    expect_err "--gtin is missing" "where it could be neither it is asked for"
    at 08:18 receive ketamine-50 3 vials --lot C4 --expiry 2028-09-30 --serial S005 --gtin 00355150439102 --document 12 $receipt
    recorded "and taken"
    at 08:18 receive ketamine-50 1 vial --lot C4 --expiry 2028-09-30 --serial S004 --document 12 $receipt
    refused PH0204 "a typed one is received once too"
    at 08:18 receive ketamine-50 2 vials --lot D1 --expiry 2026-01-31 --document 12 $receipt
    refused PH0223 "what has expired is not taken in"
}
