// A stand-in for EventBridge that signs each request anew by a library that knows nothing of ours, and compares. Started with a secret key; prints
// the port it listens on.
import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';

class Sha256 {
  constructor(secret) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

const secretAccessKey = process.argv[2];

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const { authorization } = request.headers;
  const [, accessKeyId, region, service, names] = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/.exec(authorization);
  const signer = new SignatureV4({ service, region, sha256: Sha256, applyChecksum: false, credentials: { accessKeyId, secretAccessKey, sessionToken: request.headers['x-amz-security-token'] } });
  const [, y, mo, d, h, mi, s] = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(request.headers['x-amz-date']);
  const headers = Object.fromEntries(names.split(';').map((name) => [name, request.headers[name]]));
  const expected = await signer.sign(
    { method: request.method, protocol: 'http:', hostname: '127.0.0.1', path: request.url, query: {}, headers, body },
    { signingDate: new Date(Date.UTC(y, mo - 1, d, h, mi, s)) },
  );
  if (expected.headers.authorization !== authorization) {
    response.writeHead(400).end(JSON.stringify({ __type: 'InvalidSignatureException', message: expected.headers.authorization }));
    return;
  }
  const { Entries } = JSON.parse(body);
  response.writeHead(200).end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'e' })) }));
}).listen(0, '127.0.0.1', function () {
  console.log(`port ${this.address().port}`);
});
