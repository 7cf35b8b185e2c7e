/**
 * When each error is answered, for docs/errors.md. The types ask for an entry for every error of the tables and for no
 * other; errors with a variable part are made with a word in angle brackets in its place.
 */
import { errorFor, type errors, type ReplyError } from '#server/errors.js';
import { searchErrorFor, type searchErrors } from '#server/search/search-errors.js';

type Meanings<Table> = Readonly<Record<keyof Table, string>>;
type Examples<Table> = Readonly<Record<keyof Table, readonly [example: ReplyError, meaning: string]>>;

export const errorMeanings: Meanings<typeof errors> = {
  syntax: 'An option is unknown, misplaced, repeated where it may not be, or lacks its value.',
  wrongType: 'The key holds another type than the command works on.',
  notInteger: 'An argument, or the value of the key, is no 64-bit integer.',
  notFloat: 'An argument, or the value of the key, is no number.',
  outOfRange: 'An integer is outside what the option allows.',
  timeoutNotFloat: 'The time-out of a blocking command is no number.',
  timeoutNotInteger: 'The time-out of BLOCK is no 64-bit integer.',
  timeoutNegative: 'The time-out of a blocking command is negative, or longer than 64 bits of milliseconds hold.',
  unblocked: 'CLIENT UNBLOCK with ERROR ended the waiting, or the server ends.',
  overflow: 'The result of an increment is no 64-bit integer.',
  decrementOverflow: 'The result of a decrement is no 64-bit integer.',
  nanOrInfinity: 'The result of INCRBYFLOAT or HINCRBYFLOAT is no finite number.',
  incrementNanOrInfinity: 'The increment of HINCRBYFLOAT is no finite number.',
  randomCountOutOfRange: "HRANDFIELD's count is the least 64-bit integer, which has no opposite.",
  lcsNotStrings: 'A key of LCS holds no string.',
  lcsLengthAndIndexes: 'LCS is asked for LEN and IDX at once.',
  lcsTooLarge: 'The table that LCS fills would be larger than `proto-max-bulk-len`.',
  noSuchKey: 'The key that is to be renamed does not exist.',
  sameObject: 'Source and destination of COPY are the same key, or those of MOVE the same database.',
  dbIndexOutOfRange: 'There is no database of this number.',
  stringTooLong: 'The string would be longer than `proto-max-bulk-len`.',
  offsetOutOfRange: 'An offset is negative.',
  hashValueNotInteger: 'HINCRBY meets a field that holds no integer.',
  hashValueNotFloat: 'HINCRBYFLOAT meets a field that holds no number.',
  expiryConditions: 'NX stands beside XX, GT or LT.',
  expiryGtLt: 'GT stands beside LT.',
  invalidFirstDb: 'The first database of SWAPDB is no number.',
  invalidSecondDb: 'The second database of SWAPDB is no number.',
  invalidCursor: 'The cursor of SCAN or HSCAN is no number.',
  nestedMulti: 'MULTI inside MULTI.',
  execWithoutMulti: 'EXEC without MULTI.',
  discardWithoutMulti: 'DISCARD without MULTI.',
  watchInsideMulti: 'WATCH after MULTI.',
  execAborted: 'EXEC after a command was refused while it was queued.',
  authRequired: 'A command before AUTH, on a server with `requirepass`.',
  helloAuthRequired: 'HELLO without AUTH, on a server with `requirepass`.',
  wrongPassword: 'AUTH or HELLO AUTH with a wrong password, or a user other than `default`.',
  authNotConfigured: 'AUTH with a password alone, on a server without `requirepass`.',
  protocolVersionNotInteger: "HELLO's version is no number.",
  protocolVersion: "HELLO's version is neither 2 nor 3.",
  clientName: 'A name given to CLIENT SETNAME or HELLO SETNAME is not printable ASCII without spaces.',
  notInt32: 'An argument is an integer, and no 32-bit one.',
  invalidClientId: 'An id given to CLIENT LIST is no integer.',
  clientIdPositive: 'An id given to CLIENT KILL is not above 0.',
  unblockReason: "CLIENT UNBLOCK's reason is neither TIMEOUT nor ERROR.",
  unblockArity: 'CLIENT UNBLOCK with more than an id and a reason.',
  outOfMemory: 'A command that may add data, above `maxmemory`.',
  noSuchClient: 'CLIENT KILL names an address that no client has.',
  noFrequency: 'OBJECT FREQ: access frequencies are kept under an lfu policy only.',
  noIdleTime: 'OBJECT IDLETIME under an lfu policy.',
  noKeyArguments: 'COMMAND GETKEYS of a command without keys.',
  invalidCommand: 'COMMAND GETKEYS of a command that does not exist.',
  invalidCommandArity: 'COMMAND GETKEYS of a command with too few or too many arguments.',
  noRewrite: 'CONFIG REWRITE: settings are not written back to the configuration file.',
  maxClients: '`maxclients` clients are connected; the connection is closed.',
  internal: 'A fault of the server. Its log names the command and what failed.',
};

export const errorExamples: Examples<typeof errorFor> = {
  wrongArity: [errorFor.wrongArity('<command>'), 'Too few arguments, or too many.'],
  invalidExpiry: [errorFor.invalidExpiry('<command>'), 'An expiry time is not above 0, or beyond what 64 bits hold.'],
  unknownCommand: [errorFor.unknownCommand('<name>', "'<argument>' "), 'There is no such command.'],
  unknownSubcommand: [errorFor.unknownSubcommand('<COMMAND>', '<name>'), 'There is no such subcommand.'],
  unsupportedOption: [errorFor.unsupportedOption('<option>'), 'EXPIRE and its kin: an option that is none of theirs.'],
  execAborted: [errorFor.execAborted({ message: '<reason>', encoding: 'utf8' }), 'EXEC itself is refused.'],
  unknownClientInfo: [errorFor.unknownClientInfo('<attribute>'), 'CLIENT SETINFO knows LIB-NAME and LIB-VER only.'],
  clientInfoText: [
    errorFor.clientInfoText('<attribute>'),
    'A value given to CLIENT SETINFO is not printable ASCII without spaces.',
  ],
  unknownClientType: [
    errorFor.unknownClientType('<type>'),
    'CLIENT LIST or KILL with a type other than normal, master, replica, pubsub.',
  ],
  noSuchUser: [errorFor.noSuchUser('<user>'), 'CLIENT KILL USER with a user other than `default`.'],
  helloOption: [errorFor.helloOption('<option>'), 'HELLO with an option other than AUTH and SETNAME.'],
  unknownDirective: [errorFor.unknownDirective('<name>'), 'CONFIG SET of a setting that does not exist.'],
  configSetFailed: [
    errorFor.configSetFailed('<name>', '<why>'),
    'CONFIG SET of a value that does not fit, or of a setting that is fixed at start. Nothing is changed.',
  ],
  protocol: [errorFor.protocol('<what>'), 'What the client sent is no RESP; the connection is closed.'],
};

export const searchErrorMeanings: Meanings<typeof searchErrors> = {
  schemaMissing: 'FT.CREATE without SCHEMA.',
  onlyText: 'FT.CREATE with TEXT fields alone.',
  json: 'FT.CREATE ON JSON.',
  dialect: 'DIALECT is none of 1 to 4.',
  limit: 'LIMIT is no pair of whole numbers.',
  timeout: 'TIMEOUT is not between 1 and 60,000 milliseconds.',
  parametersInPairs: 'The count of PARAMS is odd.',
};

export const searchErrorExamples: Examples<typeof searchErrorFor> = {
  noSuchIndex: [searchErrorFor.noSuchIndex('<index>', 0), 'There is no such index in the selected database.'],
  indexExists: [searchErrorFor.indexExists('<index>', 0), 'FT.CREATE of an index that exists.'],
  tooManyIndexes: [searchErrorFor.tooManyIndexes(1000), 'FT.CREATE above `search-max-indexes`.'],
  unexpectedArgument: [searchErrorFor.unexpectedArgument('<argument>'), 'An argument that is no option.'],
  unsupportedArgument: [
    searchErrorFor.unsupportedArgument('<option>', '<what to do instead>'),
    'An option of other servers that this one lacks.',
  ],
  missingArguments: [
    searchErrorFor.missingArguments('<option>'),
    'An option lacks its value, or a count is larger than what follows it.',
  ],
  badCount: [searchErrorFor.badCount('<option>'), 'A count is no whole number.'],
  badValue: [searchErrorFor.badValue('<parameter>', '<what is wrong>'), 'A value does not fit its parameter.'],
  limitTooLarge: [searchErrorFor.limitTooLarge(1000), 'LIMIT asks for more than there may be.'],
  duplicateParameter: [searchErrorFor.duplicateParameter('<name>'), 'PARAMS names a parameter twice.'],
  tooManyPrefixes: [searchErrorFor.tooManyPrefixes(100, 16), 'FT.CREATE with too many prefixes.'],
  unexpectedParameter: [searchErrorFor.unexpectedParameter('<word>'), 'FT.CREATE with a word that is no option.'],
  unsupportedParameter: [searchErrorFor.unsupportedParameter('<word>'), 'FT.CREATE with an option this server lacks.'],
  score: [searchErrorFor.score('<text>'), 'SCORE is not between 0 and 1.'],
  tooManyFields: [searchErrorFor.tooManyFields(1000), 'A schema with too many fields.'],
  duplicateField: [searchErrorFor.duplicateField('<field>'), 'A schema names a field twice.'],
  fieldWithoutType: [searchErrorFor.fieldWithoutType('<field>'), 'The type of a field is missing.'],
  fieldType: [searchErrorFor.fieldType('<field>', '<type>'), 'The type of a field is unknown.'],
  unsupportedFieldType: [
    searchErrorFor.unsupportedFieldType('<field>', '<type>'),
    'The type of a field is known to other servers and not to this one.',
  ],
  vectorAlgorithm: [searchErrorFor.vectorAlgorithm('<field>', '<algorithm>'), 'A vector is indexed by HNSW or FLAT.'],
  vectorArgumentCount: [
    searchErrorFor.vectorArgumentCount('<algorithm>', '<count>', 0),
    'The count of vector arguments is odd, or not that of the arguments.',
  ],
  vectorType: [searchErrorFor.vectorType('<type>'), 'Vectors are FLOAT32.'],
  missingVectorArgument: [
    searchErrorFor.missingVectorArgument('<algorithm>', '<what>', '<argument>'),
    'DIM, TYPE or DISTANCE_METRIC is missing.',
  ],
  textNotSearched: [searchErrorFor.textNotSearched('<field>'), 'A query searches a TEXT field.'],
  textQuery: [searchErrorFor.textQuery(0), 'A query holds a word without a field.'],
  clusterScope: [searchErrorFor.clusterScope('<scope>'), 'FT.INFO is asked about a cluster.'],
  refused: [searchErrorFor.refused('<what is wrong>'), 'The engine refuses a query, in its own words.'],
};
