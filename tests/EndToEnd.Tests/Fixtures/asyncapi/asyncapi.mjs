// Checks AsyncAPI documents, and deliveries against what they and the JSON Schemas say. input.json: { documents, schemas, deliveries }.
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const { documents, schemas, deliveries } = JSON.parse(readFileSync('input.json', 'utf8'));
let failures = 0;
function check(isRight, what) {
    if (!isRight) {
        failures++;
        console.log(what);
    }
}

for (const text of documents) {
    const { document, diagnostics } = await new Parser().parse(text);
    for (const one of diagnostics)
        check(false, `${one.severity} ${one.code} ${one.path.join('/')}: ${one.message}`);
    check(document?.version() === '3.1.0', 'no AsyncAPI 3.1.0');
}

// Documents hold more than schemas; schemas of their own are held to be nothing else.
const strict = formats(new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }));
const ajv = formats(new Ajv2020({ allErrors: true, strict: false, validateSchema: false }));
documents.forEach((text, index) => ajv.addSchema(JSON.parse(text), `document${index}`));
for (const { text, sample } of schemas) {
    const schema = JSON.parse(text);
    const validate = strict.compile(schema);
    check(validate(sample), `The sample of ${schema.title}: ${strict.errorsText(validate.errors)}`);
}

for (const { document, message, schema, headers, body } of deliveries) {
    const pointer = `document${document}#/components/messages/${message}`;
    const about = `${message} ${JSON.stringify(body)}`;
    const payload = ajv.compile({ $ref: `${pointer}/payload` });
    check(payload(body), `${about}: ${ajv.errorsText(payload.errors)}`);
    check(!payload([body]), `${about}: anything goes`);
    const general = ajv.compile({ $ref: `document${document}#/components/messageTraits/delivery/headers` });
    check(general(headers), `headers of ${about}: ${ajv.errorsText(general.errors)}`);
    if (message.endsWith('.cloudevents-binary')) {
        const own = ajv.compile({ $ref: `${pointer}/headers` });
        check(own(headers), `headers of ${about}: ${ajv.errorsText(own.errors)}`);
    }

    const data = message.endsWith('.cloudevents-binary') ? body : body.data;
    const validate = strict.getSchema(schema);
    check(validate(data), `${schema} ${JSON.stringify(data)}: ${strict.errorsText(validate.errors)}`);
}

console.log(failures === 0 ? `ok ${documents.length} ${schemas.length} ${deliveries.length}` : `${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
