/** JSON documents in RDB: what RedisJSON writes, the text of the document. */

import { parseJson } from '../../json/json-parser.js';
import { JsonSyntaxError } from '../../json/json-syntax-error.js';
import { jsonText } from '../../json/json-text.js';
import { JsonValue } from '../../types/json.js';
import { CorruptPayload } from '../corrupt-payload.js';
import { type ModuleType, readModuleString, writeModuleString } from '../module-type.js';
import { RdbType } from '../rdb-types.js';
import type { ValueCodec } from '../value-codec.js';

const REDIS_JSON: ModuleType = { name: 'ReJSON-RL', version: 3 };

export const jsonCodec: ValueCodec<JsonValue> = {
  type: JsonValue,
  reads: [RdbType.module2],
  module: REDIS_JSON,

  typeOf: () => RdbType.module2,

  write(document, writer) {
    writeModuleString(writer, REDIS_JSON, jsonText(document.tape));
  },

  read(_code, reader, into) {
    const text = readModuleString(reader);
    try {
      into.setRoot(parseJson(text));
    } catch (failure) {
      if (failure instanceof JsonSyntaxError) throw new CorruptPayload(failure.message);
      throw failure;
    }
  },
};
