// Drives the Shop by Node's own fetch: node shop.mjs <url> <password>
import assert from 'node:assert/strict';

const [url, password] = process.argv.slice(2);

async function call(method, path, { token, body } = {}) {
  const headers = { Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers['Content-Type'] = 'application/json';
  const response = await fetch(`${url}/rest${path}`, { method, headers, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

const admin = await call('POST', '/V1/integration/admin/token', { body: { username: 'admin', password } });
assert.equal(admin.status, 200);
assert.match(admin.body, /^[a-z0-9]{32}$/);
const token = admin.body;

const wrong = await call('POST', '/all/V1/integration/admin/token', { body: { username: 'admin', password: 'wrong' } });
assert.equal(wrong.status, 401);
const empty = await call('POST', '/V1/integration/admin/token', { body: { username: '', password: '' } });
assert.equal(empty.status, 400);
assert.deepEqual(empty.body.errors.map(error => error.parameters.fieldName), ['username', 'password']);

const saved = await call('PUT', '/default/V1/products/mug', { token, body: { product: { sku: 'other', name: 'Mug', price: 8.5 } } });
assert.deepEqual(saved, { status: 200, body: { sku: 'mug', name: 'Mug', price: 8.5 } });
assert.deepEqual(await call('GET', '/V1/products/mug'), saved);
assert.equal((await call('PUT', '/V1/products/mug', { body: { product: { name: 'Mug', price: 1 } } })).status, 401);
assert.equal((await call('PUT', '/V1/products/mug', { token: 'x'.repeat(32), body: { product: { name: 'Mug', price: 1 } } })).status, 401);
assert.deepEqual(await call('DELETE', '/V1/products/mug', { token }), { status: 200, body: true });
const gone = await call('GET', '/V1/products/mug');
assert.equal(gone.status, 404);
assert.deepEqual(gone.body.parameters, { sku: 'mug' });

const customer = { email: 'grace@example.com', first_name: 'Grace', last_name: 'Hopper' };
assert.equal((await call('POST', '/V1/customers', { body: { customer, password: 'nanosecond' } })).status, 200);
const grace = (await call('POST', '/V1/integration/customer/token', { body: { username: customer.email, password: 'nanosecond' } })).body;
const me = await call('GET', '/V1/customers/me', { token: grace });
assert.equal(me.body.email, customer.email);
assert.equal((await call('GET', '/V1/customers/me', { token })).status, 401);
assert.equal((await call('GET', `/V1/customers/${me.body.id}`, { token })).body.email, customer.email);
assert.deepEqual(await call('POST', '/V1/integration/customer/revoke-customer-token', { token: grace }), { status: 200, body: true });
assert.equal((await call('GET', '/V1/customers/me', { token: grace })).status, 401);

const events = await call('GET', '/V1/declarative/events', { token });
assert.deepEqual(events.body.find(event => event.name === 'sales.order.created'), {
  name: 'sales.order.created', service: 'Shop.Sales.IOrders.GetAsync', resources: ['Shop_Sales::orders'], module: 'Shop_Sales', is_plugin: false,
});
assert.deepEqual((await call('GET', '/V1/declarative/notifiers', { token })).body, ['http']);

const openapi = await (await fetch(`${url}/rest/openapi.json`)).json();
assert.match(openapi.openapi, /^3\.1/);
assert.deepEqual(openapi.paths['/rest/V1/orders/{id}/cancel'].post.security, [{ bearer: ['Shop_Sales::orders', 'Shop_Sales::cancel'] }]);
console.log('ok');
