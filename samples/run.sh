#!/usr/bin/env bash
# Starts Shop and BackOffice on free ports, links them, and follows one change on its way round: the Shop tells BackOffice of a product,
# BackOffice writes it back through its integration, and the echo of that is discarded. Ends both; 0 only if the round closed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

password=brew-it-strong
folder=$(mktemp -d)
pids=()
finish() {
    status=$?
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    if [ $status -ne 0 ]; then
        echo "The round did not close. What both said last:" >&2
        tail -n 15 "$folder"/*.log >&2 || true
    fi
    rm -rf "$folder"
    exit $status
}
trap finish EXIT

say() { printf '%s\n' "$*"; }
fail() { echo "$*" >&2; exit 1; }
# Waits until a command succeeds; what it tries is in its name.
until_true() {
    for _ in $(seq 150); do
        if "$@"; then return 0; fi
        sleep 0.2
    done
    fail "Not within 30 s: $*"
}
free_port() {
    # A port that nobody listens on now, below those that the system gives to outgoing connections.
    while :; do
        local port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}
# The values of a JSON member, one per line; enough for what we ask.
values() { { grep -o "\"$1\":\(\"[^\"]*\"\|[0-9]*\)" || true; } | sed 's/^"[^"]*"://; s/^"//; s/"$//'; }

say "Building both…"
dotnet build samples/Shop -v quiet -clp:ErrorsOnly --nologo >/dev/null || fail "samples/Shop doesn't build; dotnet build samples/Shop says why."
dotnet build samples/BackOffice -v quiet -clp:ErrorsOnly --nologo >/dev/null || fail "samples/BackOffice doesn't build; dotnet build samples/BackOffice says why."

shop_url=http://127.0.0.1:$(free_port)
office_url=http://127.0.0.1:$(free_port)
Declarative__Admin__Username=admin Declarative__Admin__Password=$password Declarative__Rest__BaseUrl=$shop_url \
    Declarative__Destinations__default__Url=$shop_url/inbox ConnectionStrings__Declarative="Data Source=$folder/shop.db" \
    Declarative__Integrations__BackOffice__EndpointUrl=$office_url/integration/callback \
    Declarative__Integrations__BackOffice__IdentityLinkUrl=$office_url/integration/login \
    dotnet run --no-build --project samples/Shop --urls "$shop_url" >"$folder/shop.log" 2>&1 & pids+=($!)
Declarative__Commerce__BaseUrl=$shop_url Declarative__Destinations__erp__Url=$office_url/consumers/erp \
    ConnectionStrings__Declarative="Data Source=$folder/backoffice.db" \
    dotnet run --no-build --project samples/BackOffice --urls "$office_url" >"$folder/backoffice.log" 2>&1 & pids+=($!)
answers() { curl -s -o /dev/null "$1"; }
until_true answers "$shop_url/rest/V1/products/teapot"
until_true answers "$office_url"
say "Shop       $shop_url"
say "BackOffice $office_url"

shop=$shop_url/rest/V1
json='Content-Type: application/json'
admin="Authorization: Bearer $(curl -s "$shop/integration/admin/token" -H "$json" -d "{\"username\":\"admin\",\"password\":\"$password\"}" | tr -d '"')"
id=$(curl -s "$shop/integrations" -G -d searchCriteria -H "$admin" | values integration_id | head -n 1)
link=$(curl -s "$shop/integrations/$id/activate" -X POST -H "$admin" | values identity_link_url | { grep oauth_consumer_key || true; } | sed 's/\\u0026/\&/g')
[ -n "$link" ] || fail "The Shop did not activate the integration."
curl -s -o /dev/null "$link" -d 'user=clerk&password=for-this-sample-only'
linked() { curl -s "$office_url" | grep -q 'is linked'; }
until_true linked
say "Linked: an administrator activated the integration, and BackOffice fetched its tokens."

for pair in catalog.product.saved:product catalog.product.deleted:product customer.saved:customer sales.order.created:order catalog.stock.updated:stock; do
    curl -sf -o /dev/null "$shop/async_event" -H "$json" -H "$admin" -d "{\"asyncEvent\":{\"event_name\":\"${pair%%:*}\",\"recipient_url\":\"$office_url/consumers/${pair##*:}\",\"verification_token\":\"shop-to-backoffice-in-this-sample\",\"metadata\":\"http\"}}" \
        || fail "The Shop refused the subscription ${pair%%:*}."
done
say "Subscribed: products, customers, orders and stock go to BackOffice."

say ""
say "1. Somebody changes the teapot's price in the Shop."
curl -sf -o /dev/null "$shop/products/teapot" -X PUT -H "$json" -H "$admin" -d '{"product":{"name":"Teapot","price":29.90}}'

deliveries() { curl -s "$shop/async_events/deliveries?event_name=catalog.product.saved" -H "$admin"; }
two_done() { [ "$(deliveries | values state | grep -c '^done$')" -ge 2 ]; }
until_true two_done
mapfile -t uuids < <(deliveries | values uuid | tac)
answer_of() { curl -s "$shop/async_events/deliveries/$1" -H "$admin" | sed 's/\\u0022/"/g; s/\\"/"/g' | grep -o '"\(message\|error\)":"[^"]*"' | head -n 1 | sed 's/^"[^"]*"://'; }
say "2. The Shop tells BackOffice:               ${uuids[0]}  BackOffice: $(answer_of "${uuids[0]}")"
description=$(curl -s "$shop/products/teapot" | values description)
say "3. BackOffice wrote the teapot back, signed: the Shop's description is now \"$description\"."
say "4. The Shop tells BackOffice of that change: ${uuids[1]}  BackOffice: $(answer_of "${uuids[1]}")"

[ "$description" = "Teapot, checked by BackOffice" ] || fail "BackOffice did not write the teapot back."
answer_of "${uuids[1]}" | grep -q discarded || fail "The echo was not discarded."

say "5. The ERP hands in a new product."
body='{"data":{"uid":"erp-1","event":"be-observer.catalog_product_create","value":{"sku":"mug","name":"Mug","price":8.50,"description":"From the ERP"}}}'
signature=$(printf '%s' "$body" | openssl dgst -sha256 -hmac erp-to-backoffice-in-this-sample | sed 's/.* //')
say "   BackOffice has it: $(curl -sf "$office_url/webhook/ingestion" -H "$json" -H "x-magento-signature: $signature" -d "$body" | values message)"
four_told() { [ "$(deliveries | values state | grep -c '^done$')" -ge 4 ]; }
until_true four_told
mapfile -t uuids < <(deliveries | values uuid | tac)
say "6. BackOffice put it into the Shop, which tells: ${uuids[2]}  BackOffice: $(answer_of "${uuids[2]}")"
say "7. BackOffice completed it, and the Shop tells:  ${uuids[3]}  BackOffice: $(answer_of "${uuids[3]}")"
[ "$(curl -s "$shop/products/mug" | values description)" = "Mug, checked by BackOffice" ] || fail "BackOffice did not complete the mug."
answer_of "${uuids[3]}" | grep -q discarded || fail "The mug's echo was not discarded."

count=$(deliveries | values uuid | wc -l)
[ "$count" -eq 4 ] || fail "There should be 4 deliveries of catalog.product.saved, and there are $count: somebody runs in circles."
say ""
say "The round is closed: $count events told, none of them twice."
