/**
 * What Feast writes into its hashes: messages of Protocol Buffers, `feast.types.Value` with one of many fields, and
 * `google.protobuf.Timestamp`. Values become JSON, as Feast's feature server has it: integers with all their digits, bytes in base64.
 */

/** A value as JSON text; 'null' for none; undefined for a kind that is not read here. */
export function feastValueJson(message: Uint8Array): string | undefined {
  const [field] = fieldsOf(message);
  if (field === undefined) return 'null';
  if (field.number === nullField) return 'null';
  const scalar = scalars[field.number];
  if (scalar !== undefined) return scalar(field);
  const element = scalars[elementsOf(field.number)];
  return element === undefined ? undefined : listJson(field.bytes, element);
}

/** Nanoseconds since 1970. */
export function feastTimestamp(message: Uint8Array): bigint {
  let nanos = 0n;
  for (const { number, varint } of fieldsOf(message)) {
    if (number === 1) nanos += BigInt.asIntN(64, varint) * 1_000_000_000n;
    if (number === 2) nanos += varint;
  }
  return nanos;
}

interface Field {
  readonly number: number;
  readonly varint: bigint;
  /** Of a field of fixed or given length. */
  readonly bytes: Uint8Array;
}

type Scalar = (field: Field) => string;

const nullField = 19;
/** The list of a scalar has its number and 10, the set of it 11 more. */
const listOffset = 10;
const setOffset = 21;
const scalarsMax = 8;
/** Lists come as a message with the elements in this field. */
const elementField = 1;
const noBytes = new Uint8Array(0);

const text: Scalar = ({ bytes }) => JSON.stringify(Buffer.from(bytes).toString('utf8'));
const integer: Scalar = ({ varint }) => BigInt.asIntN(64, varint).toString();

/** By the number of the field. */
const scalars: Readonly<Record<number, Scalar>> = {
  1: ({ bytes }) => JSON.stringify(Buffer.from(bytes).toString('base64')),
  2: text,
  3: integer,
  4: integer,
  5: ({ bytes }) => numberJson(viewOf(bytes).getFloat64(0, true)),
  6: ({ bytes }) => numberJson(shortestFloat(viewOf(bytes).getFloat32(0, true))),
  7: ({ varint }) => String(varint !== 0n),
  8: integer,
  // JSON, as a text.
  32: text,
};

function elementsOf(number: number): number {
  const element = number > setOffset ? number - setOffset : number - listOffset;
  return element >= 1 && element <= scalarsMax ? element : 0;
}

/** Numbers come packed into one field, texts each in its own. */
function listJson(message: Uint8Array, element: Scalar): string {
  const isPacked = element !== scalars[1] && element !== scalars[2];
  const elements = fieldsOf(message).flatMap((field): Field[] =>
    field.number !== elementField ? [] : isPacked ? unpacked(field, element) : [field],
  );
  return `[${elements.map(element).join(',')}]`;
}

function unpacked(field: Field, element: Scalar): Field[] {
  const width = element === scalars[5] ? 8 : element === scalars[6] ? 4 : 0;
  if (field.bytes.length === 0) return [field];
  const found: Field[] = [];
  for (let at = 0; at < field.bytes.length; ) {
    if (width > 0) {
      found.push({ number: 0, varint: 0n, bytes: field.bytes.subarray(at, at + width) });
      at += width;
    } else {
      const { value, end } = varintAt(field.bytes, at);
      found.push({ number: 0, varint: value, bytes: noBytes });
      at = end;
    }
  }
  return found;
}

/** @throws RangeError for what is no message */
function fieldsOf(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = varintAt(message, at);
    const number = Number(tag.value >> 3n);
    const wire = Number(tag.value & 7n);
    if (wire === 0) {
      const { value, end } = varintAt(message, tag.end);
      fields.push({ number, varint: value, bytes: noBytes });
      at = end;
      continue;
    }
    const length = wire === 2 ? varintAt(message, tag.end) : { value: wire === 1 ? 8n : 4n, end: tag.end };
    const end = length.end + Number(length.value);
    if (![1, 2, 5].includes(wire) || end > message.length) throw new RangeError('The bytes are no message');
    fields.push({ number, varint: 0n, bytes: message.subarray(length.end, end) });
    at = end;
  }
  return fields;
}

function varintAt(bytes: Uint8Array, start: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let at = start; at < bytes.length && at < start + 10; at++) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new RangeError('The bytes are no message');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The shortest decimals that are this 32-bit float. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Always with a point or an exponent: clients tell floats from integers by it. What JSON has no number for is null. */
function numberJson(value: number): string {
  const text = JSON.stringify(value);
  return text === 'null' || /[.e]/.test(text) ? text : `${text}.0`;
}
