/**
 * Every error a command can answer, once. `ReplyError`s are thrown from anywhere below a command and become the reply;
 * the fixed ones are shared objects without a stack, because creating an Error costs more than most commands.
 * docs/errors.md lists them; test/docs.test.ts checks both ways.
 */

/** An error reply: `-<message>` on the wire. Carries no stack: it reports the caller's mistake, not ours. */
export class ReplyError {
  /** @param encoding `latin1` for a message that quotes arguments: one character a byte */
  constructor(
    readonly message: string,
    readonly encoding: 'utf8' | 'latin1' = 'utf8',
  ) {}
}

function noPermissionInExec(why: string): string {
  return `NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command is no longer allowed for the following reason: ${why}`;
}

export const errors = {
  syntax: new ReplyError('ERR syntax error'),
  wrongType: new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value'),
  notInteger: new ReplyError('ERR value is not an integer or out of range'),
  notFloat: new ReplyError('ERR value is not a valid float'),
  outOfRange: new ReplyError('ERR value is out of range'),
  timeoutNotFloat: new ReplyError('ERR timeout is not a float or out of range'),
  timeoutNotInteger: new ReplyError('ERR timeout is not an integer or out of range'),
  timeoutNegative: new ReplyError('ERR timeout is negative'),
  unblocked: new ReplyError('UNBLOCKED client unblocked via CLIENT UNBLOCK'),
  overflow: new ReplyError('ERR increment or decrement would overflow'),
  decrementOverflow: new ReplyError('ERR decrement would overflow'),
  nanOrInfinity: new ReplyError('ERR increment would produce NaN or Infinity'),
  incrementNanOrInfinity: new ReplyError('ERR value is NaN or Infinity'),
  randomCountOutOfRange: new ReplyError(
    'ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807',
  ),
  lcsNotStrings: new ReplyError('ERR The specified keys must contain string values'),
  lcsLengthAndIndexes: new ReplyError('ERR If you want both the length and indexes, please just use IDX.'),
  lcsTooLarge: new ReplyError('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len'),
  sortScoresNotNumbers: new ReplyError("ERR One or more scores can't be converted into double"),
  msetexCount: new ReplyError('ERR invalid numkeys value'),
  msetexPairs: new ReplyError('ERR wrong number of key-value pairs'),
  debugNotAllowed: new ReplyError(
    'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.',
  ),
  debugProtocolType: new ReplyError(
    'ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false',
  ),
  needsResp3: new ReplyError('ERR RESP2 is not supported by this command'),
  noSuchKey: new ReplyError('ERR no such key'),
  sameObject: new ReplyError('ERR source and destination objects are the same'),
  clusterDisabled: new ReplyError('ERR This instance has cluster support disabled'),
  dbIndexOutOfRange: new ReplyError('ERR DB index is out of range'),
  stringTooLong: new ReplyError('ERR string exceeds maximum allowed size (proto-max-bulk-len)'),
  offsetOutOfRange: new ReplyError('ERR offset is out of range'),
  bitOffset: new ReplyError('ERR bit offset is not an integer or out of range'),
  bitValue: new ReplyError('ERR bit is not an integer or out of range'),
  bitArgument: new ReplyError('ERR The bit argument must be 1 or 0.'),
  bitopNot: new ReplyError('ERR BITOP NOT must be called with a single source key.'),
  bitfieldType: new ReplyError(
    'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.',
  ),
  bitfieldOverflow: new ReplyError('ERR Invalid OVERFLOW type specified'),
  bitfieldReadOnly: new ReplyError('ERR BITFIELD_RO only supports the GET subcommand'),
  notHyperLogLog: new ReplyError('WRONGTYPE Key is not a valid HyperLogLog string value.'),
  hllCorrupt: new ReplyError('INVALIDOBJ Corrupted HLL object detected'),
  hllMissing: new ReplyError('ERR The specified key does not exist'),
  hllNotSparse: new ReplyError('ERR HLL encoding is not sparse'),
  hllSelfTest: new ReplyError('ERR TESTFAILED registers do not hold what they were given'),
  hashValueNotInteger: new ReplyError('ERR hash value is not an integer'),
  fieldsMissing: new ReplyError('ERR Mandatory argument FIELDS is missing or not at the right position'),
  fieldCount: new ReplyError('ERR Number of fields must be a positive integer'),
  expiringFieldCount: new ReplyError('ERR Parameter `numFields` should be greater than 0'),
  setFieldCount: new ReplyError('ERR invalid number of fields'),
  fieldCountMismatch: new ReplyError('ERR The `numfields` parameter must match the number of arguments'),
  negativeExpiry: new ReplyError('ERR invalid expire time, must be >= 0'),
  missingExpiry: new ReplyError('ERR missing expire time'),
  oneCondition: new ReplyError('ERR Only one of FXX or FNX arguments can be specified'),
  oneLifetime: new ReplyError('ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified'),
  hashValueNotFloat: new ReplyError('ERR hash value is not a float'),
  expiryConditions: new ReplyError('ERR NX and XX, GT or LT options at the same time are not compatible'),
  expiryGtLt: new ReplyError('ERR GT and LT options at the same time are not compatible'),
  busyKey: new ReplyError('BUSYKEY Target key name already exists.'),
  payloadVersion: new ReplyError('ERR DUMP payload version or checksum are wrong'),
  payloadFormat: new ReplyError('ERR Bad data format'),
  restoreTtl: new ReplyError('ERR Invalid TTL value, must be >= 0'),
  restoreIdleTime: new ReplyError('ERR Invalid IDLETIME value, must be >= 0'),
  restoreFrequency: new ReplyError('ERR Invalid FREQ value, must be >= 0 and <= 255'),
  invalidFirstDb: new ReplyError('ERR invalid first DB index'),
  invalidSecondDb: new ReplyError('ERR invalid second DB index'),
  invalidCursor: new ReplyError('ERR invalid cursor'),
  notInTransaction: new ReplyError('ERR Command not allowed inside a transaction'),
  monitorKeyspace: new ReplyError("ERR Replica can't interact with the keyspace"),
  monitorInTransaction: new ReplyError("ERR MONITOR isn't allowed for DENY BLOCKING client"),
  redirectTwice: new ReplyError('ERR A client can only redirect to a single other client'),
  noSuchRedirect: new ReplyError('ERR The client ID you want redirect to does not exist'),
  prefixWithoutBroadcast: new ReplyError('ERR PREFIX option requires BCAST mode to be enabled'),
  broadcastSwitch: new ReplyError(
    "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
  ),
  broadcastWithOpt: new ReplyError('ERR OPTIN and OPTOUT are not compatible with BCAST'),
  optInAndOut: new ReplyError("ERR You can't specify both OPTIN mode and OPTOUT mode"),
  optSwitch: new ReplyError(
    "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
  ),
  cachingWithoutMode: new ReplyError(
    'ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled',
  ),
  cachingYes: new ReplyError('ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.'),
  cachingNo: new ReplyError('ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.'),
  pauseMode: new ReplyError('ERR CLIENT PAUSE mode must be WRITE or ALL'),
  noShutdown: new ReplyError('ERR No shutdown in progress.'),
  shutdownFailed: new ReplyError('ERR Errors trying to SHUTDOWN. Check logs.'),
  slowLogCount: new ReplyError('ERR count should be greater than or equal to -1'),
  nestedMulti: new ReplyError('ERR MULTI calls can not be nested'),
  execWithoutMulti: new ReplyError('ERR EXEC without MULTI'),
  discardWithoutMulti: new ReplyError('ERR DISCARD without MULTI'),
  watchInsideMulti: new ReplyError('ERR WATCH inside MULTI is not allowed'),
  execAborted: new ReplyError('EXECABORT Transaction discarded because of previous errors.'),
  authRequired: new ReplyError('NOAUTH Authentication required.'),
  noPermissionForKey: new ReplyError('NOPERM this user has no permissions to access one of the keys used as arguments'),
  noPermissionForChannel: new ReplyError(
    'NOPERM this user has no permissions to access one of the channels used as arguments',
  ),
  noPermissionInExecToRun: new ReplyError(noPermissionInExec('no permission to execute the command or subcommand')),
  noPermissionInExecForKey: new ReplyError(noPermissionInExec('no permission to touch the specified keys')),
  noPermissionInExecForChannel: new ReplyError(
    noPermissionInExec('no permission to access one of the channels used as arguments'),
  ),
  scriptNoPermissionToRun: new ReplyError("ERR The user executing the script can't run this command or subcommand"),
  scriptNoPermissionForKey: new ReplyError(
    "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments",
  ),
  scriptNoPermissionForChannel: new ReplyError(
    "ERR The user executing the script can't publish to the channel mentioned in the command",
  ),
  sortByDenied: new ReplyError('ERR BY option of SORT denied due to insufficient ACL permissions.'),
  sortGetDenied: new ReplyError('ERR GET option of SORT denied due to insufficient ACL permissions.'),
  aclDefaultUser: new ReplyError("ERR The 'default' user cannot be removed"),
  aclPasswordBits: new ReplyError(
    'ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096',
  ),
  aclNoFile: new ReplyError(
    'ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.',
  ),
  aclNotSaved: new ReplyError(
    'ERR There was an error trying to save the ACLs. Please check the server logs for more information',
  ),
  protectedMode: new ReplyError(
    "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface. If you want to connect from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above things in order for the server to start accepting connections from the outside.",
  ),
  helloAuthRequired: new ReplyError(
    'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
  ),
  wrongPassword: new ReplyError('WRONGPASS invalid username-password pair or user is disabled.'),
  authNotConfigured: new ReplyError(
    'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  ),
  protocolVersionNotInteger: new ReplyError('ERR Protocol version is not an integer or out of range'),
  protocolVersion: new ReplyError('NOPROTO unsupported protocol version'),
  clientName: new ReplyError('ERR Client names cannot contain spaces, newlines or special characters.'),
  notInt32: new ReplyError('ERR value is out of range, value must between -2147483648 and 2147483647'),
  invalidClientId: new ReplyError('ERR Invalid client ID'),
  clientIdPositive: new ReplyError('ERR client-id should be greater than 0'),
  unblockReason: new ReplyError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR'),
  outOfMemory: new ReplyError("OOM command not allowed when used memory > 'maxmemory'."),
  noSuchClient: new ReplyError('ERR No such client'),
  noFrequency: new ReplyError(
    'ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
  ),
  noIdleTime: new ReplyError(
    'ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
  ),
  limitNegative: new ReplyError("ERR LIMIT can't be negative"),
  countNotPositive: new ReplyError('ERR count should be greater than 0'),
  popCountNegative: new ReplyError('ERR value is out of range, must be positive'),
  keyCountNotPositive: new ReplyError('ERR numkeys should be greater than 0'),
  indexOutOfRange: new ReplyError('ERR index out of range'),
  rankZero: new ReplyError(
    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
  ),
  matchCountNegative: new ReplyError("ERR COUNT can't be negative"),
  compareMaxNegative: new ReplyError("ERR MAXLEN can't be negative"),
  scoreRange: new ReplyError('ERR min or max is not a float'),
  memberRange: new ReplyError('ERR min or max not valid string range item'),
  scoreConditions: new ReplyError('ERR GT, LT, and/or NX options at the same time are not compatible'),
  scoreNewAndExisting: new ReplyError('ERR XX and NX options at the same time are not compatible'),
  incrOnePair: new ReplyError('ERR INCR option supports a single increment-element pair'),
  scoreNotNumber: new ReplyError('ERR resulting score is not a number (NaN)'),
  rangeLimit: new ReplyError('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX'),
  rangeLexScores: new ReplyError('ERR syntax error, WITHSCORES not supported in combination with BYLEX'),
  weightNotFloat: new ReplyError('ERR weight value is not a float'),
  geoUnit: new ReplyError('ERR unsupported unit provided. please use M, KM, FT, MI'),
  geoRadius: new ReplyError('ERR need numeric radius'),
  geoRadiusNegative: new ReplyError('ERR radius cannot be negative'),
  geoWidth: new ReplyError('ERR need numeric width'),
  geoHeight: new ReplyError('ERR need numeric height'),
  geoBoxNegative: new ReplyError('ERR height or width cannot be negative'),
  geoAnyCount: new ReplyError('ERR the ANY argument requires COUNT argument'),
  geoNoMember: new ReplyError('ERR could not decode requested zset member'),
  noKeyArguments: new ReplyError('ERR The command has no key arguments'),
  invalidCommand: new ReplyError('ERR Invalid command specified'),
  invalidCommandArguments: new ReplyError('ERR Invalid arguments specified for command'),
  invalidCommandArity: new ReplyError('ERR Invalid number of arguments specified for command'),
  noRewrite: new ReplyError('ERR The server is running without a config file'),
  maxClients: new ReplyError('ERR max number of clients reached'),
  negativeKeys: new ReplyError("ERR Number of keys can't be negative"),
  tooManyKeys: new ReplyError("ERR Number of keys can't be greater than number of args"),
  noScript: new ReplyError('NOSCRIPT No matching script. Please use EVAL.'),
  badNumberOfKeys: new ReplyError('ERR Bad number of keys provided'),
  functionNotFound: new ReplyError('ERR Function not found'),
  libraryNotFound: new ReplyError('ERR Library not found'),
  libraryMetadataMissing: new ReplyError('ERR Missing library metadata'),
  libraryMetadata: new ReplyError('ERR Invalid library metadata'),
  libraryNameTwice: new ReplyError('ERR Invalid metadata value, name argument was given multiple times'),
  libraryNameMissing: new ReplyError('ERR Library name was not given'),
  libraryName: new ReplyError(
    'ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long',
  ),
  noFunctions: new ReplyError('ERR No functions registered'),
  libraryPattern: new ReplyError('ERR library name argument was not given'),
  functionFlushOption: new ReplyError('ERR FUNCTION FLUSH only supports SYNC|ASYNC option'),
  functionFlushArity: new ReplyError(
    "ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP.",
  ),
  functionRestoreArity: new ReplyError(
    "ERR unknown subcommand or wrong number of arguments for 'RESTORE'. Try FUNCTION HELP.",
  ),
  restorePolicy: new ReplyError('ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.'),
  payloadNotFunctions: new ReplyError('ERR given type is not a function'),
  scriptFlushOption: new ReplyError('ERR SCRIPT FLUSH only support SYNC|ASYNC option'),
  scriptNotBusy: new ReplyError('NOTBUSY No scripts in execution right now.'),
  scriptDebugOption: new ReplyError('ERR Use SCRIPT DEBUG YES/SYNC/NO'),
  scriptDebugMissing: new ReplyError('ERR The Lua debugger is not supported'),
  invalidShebang: new ReplyError('ERR Invalid script shebang'),
  scriptMayWrite: new ReplyError('ERR Can not execute a script with write flag using *_ro command.'),
  scriptUnknownCommand: new ReplyError('ERR Unknown Redis command called from script'),
  scriptArity: new ReplyError('ERR Wrong number of args calling Redis command from script'),
  scriptForbidden: new ReplyError('ERR This Redis command is not allowed from script'),
  scriptReadOnly: new ReplyError('ERR Write commands are not allowed from read-only scripts.'),
  scriptVmFailed: new ReplyError('ERR the script was stopped: it asked too much of the Lua machine'),
  streamId: new ReplyError('ERR Invalid stream ID specified as stream command argument'),
  streamIdZero: new ReplyError('ERR The ID specified in XADD must be greater than 0-0'),
  streamIdNotGreater: new ReplyError(
    'ERR The ID specified in XADD is equal or smaller than the target stream top item',
  ),
  streamExhausted: new ReplyError('ERR The stream has exhausted the last possible ID, unable to add more items'),
  streamEntryTooLarge: new ReplyError('ERR Elements are too large to be stored'),
  streamTrimTwice: new ReplyError('ERR syntax error, MAXLEN and MINID options at the same time are not compatible'),
  streamTrimMissing: new ReplyError('ERR syntax error, XTRIM must be called with a trimming strategy'),
  streamMaxlenNegative: new ReplyError('ERR The MAXLEN argument must be >= 0.'),
  streamLimitNegative: new ReplyError('ERR The LIMIT argument must be >= 0.'),
  streamLimitAlone: new ReplyError('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy'),
  streamLimitExact: new ReplyError('ERR syntax error, LIMIT cannot be used without the special ~ option'),
  streamRangeStart: new ReplyError('ERR invalid start ID for the interval'),
  streamRangeEnd: new ReplyError('ERR invalid end ID for the interval'),
  streamEntriesAddedNegative: new ReplyError('ERR entries_added must be positive'),
  streamSetidBelowGiven: new ReplyError(
    'ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id',
  ),
  streamSetidBelowTop: new ReplyError('ERR The ID specified in XSETID is smaller than the target stream top item'),
  streamSetidFewEntries: new ReplyError(
    'ERR The entries_added specified in XSETID is smaller than the target stream length',
  ),
  streamGroupKeyMissing: new ReplyError(
    'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.',
  ),
  streamGroupExists: new ReplyError('BUSYGROUP Consumer Group name already exists'),
  streamEntriesReadNegative: new ReplyError('ERR value for ENTRIESREAD must be positive or -1'),
  streamsUnbalanced: new ReplyError(
    "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
  ),
  streamReadGroupMissing: new ReplyError('ERR Missing GROUP option for XREADGROUP'),
  streamReadGroupOption: new ReplyError(
    'ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.',
  ),
  streamReadNoackOption: new ReplyError(
    'ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.',
  ),
  streamReadLastId: new ReplyError(
    'ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.',
  ),
  streamReadNewId: new ReplyError(
    'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
  ),
  streamGroupGone: new ReplyError('NOGROUP the consumer group this client was blocked on no longer exists'),
  streamKeyGone: new ReplyError('UNBLOCKED the stream key no longer exists'),
  countAboveZero: new ReplyError('ERR COUNT must be > 0'),
  jsonWrongType: new ReplyError('Existing key has wrong Redis type'),
  jsonNoKey: new ReplyError("ERR could not perform this operation on a key that doesn't exist"),
  jsonNotAtRoot: new ReplyError('ERR new objects must be created at the root'),
  jsonNoPath: new ReplyError('ERR Path does not exist'),
  jsonPathNotStatic: new ReplyError('Err wrong static path'),
  jsonArrayIndex: new ReplyError('ERR array index out of range'),
  jsonInsertIndex: new ReplyError('ERR index out of bounds'),
  jsonInteger: new ReplyError("Couldn't parse as integer"),
  jsonUtf8: new ReplyError("Couldn't parse as UTF-8 string"),
  jsonDepth: new ReplyError('ERR recursion limit exceeded'),
  jsonBadNumber: new ReplyError('ERR bad input number'),
  jsonOverflow: new ReplyError('ERR numeric overflow'),
  jsonNotNumber: new ReplyError('ERR result is not a number'),
  jsonInputFormat: new ReplyError('ERR wrong format'),
  jsonReplyFormat: new ReplyError('ERR wrong reply format'),
  jsonFormatInResp2: new ReplyError('ERR FORMAT argument is not supported on RESP2'),
  jsonLegacyFormat: new ReplyError('Legacy paths are supported only with FORMAT STRINGS'),
  jsonFphaType: new ReplyError('ERR invalid FPHA type'),
  jsonDebug: new ReplyError('ERR unknown subcommand - try `JSON.DEBUG HELP`'),
  vectorSpecification: new ReplyError('ERR invalid vector specification'),
  vectorAddOption: new ReplyError('ERR invalid option after element'),
  vectorEf: new ReplyError('ERR invalid EF'),
  vectorM: new ReplyError('ERR invalid M'),
  vectorQuantization: new ReplyError('ERR asked quantization mismatch with existing vector set'),
  vectorMMismatch: new ReplyError('ERR asked M value mismatch with existing vector set'),
  vectorNoProjection: new ReplyError('ERR cannot add projection to existing set without projection'),
  vectorNoElement: new ReplyError('ERR element not found in set'),
  vectorCount: new ReplyError('ERR invalid COUNT'),
  vectorEpsilon: new ReplyError('ERR invalid EPSILON'),
  vectorFilterEf: new ReplyError('ERR invalid FILTER-EF'),
  vectorSearchSyntax: new ReplyError('ERR syntax error in VSIM command'),
  vectorNoKey: new ReplyError('ERR key does not exist'),
  vectorOption: new ReplyError('ERR invalid option'),
  vectorRandomCount: new ReplyError('ERR COUNT value is not an integer'),
  vectorRange: new ReplyError('ERR invalid start or end range item'),
  internal: new ReplyError('ERR internal error'),
} as const satisfies Record<string, ReplyError>;

/** Errors whose text depends on the command or the argument. */
export const errorFor = {
  wrongArity: (command: string) => new ReplyError(`ERR wrong number of arguments for '${command}' command`),
  inputKeyNeeded: (command: string) => new ReplyError(`ERR at least 1 input key is needed for '${command}' command`),
  geoPoint: (longitude: string, latitude: string) =>
    new ReplyError(`ERR invalid longitude,latitude pair ${longitude},${latitude}`),
  geoStoreShows: (option: string) =>
    new ReplyError(`ERR ${option} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`),
  geoOneCenter: (command: string) =>
    new ReplyError(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${cText(command)}`, 'latin1'),
  geoOneShape: (command: string) =>
    new ReplyError(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${cText(command)}`, 'latin1'),
  invalidExpiry: (command: string) => new ReplyError(`ERR invalid expire time in '${command}' command`),
  unknownCommand: (name: string, args: string) =>
    new ReplyError(`ERR unknown command '${cText(name)}', with args beginning with: ${args}`, 'latin1'),
  unknownSubcommand: (container: string, name: string) =>
    new ReplyError(`ERR unknown subcommand '${cText(name)}'. Try ${container} HELP.`, 'latin1'),
  subcommandSyntax: (typed: string, container: string) =>
    new ReplyError(
      `ERR unknown subcommand or wrong number of arguments for '${cText(typed).slice(0, 128)}'. Try ${container} HELP.`,
      'latin1',
    ),
  noGroupForKey: (key: string, group: string) =>
    new ReplyError(`NOGROUP No such consumer group '${group}' for key name '${key}'`, 'latin1'),
  noKeyOrGroup: (key: string, group: string) =>
    new ReplyError(`NOGROUP No such key '${key}' or consumer group '${group}'`, 'latin1'),
  noKeyOrGroupToRead: (key: string, group: string) =>
    new ReplyError(
      `NOGROUP No such key '${key}' or consumer group '${group}' in XREADGROUP with GROUP option`,
      'latin1',
    ),
  claimNumber: (what: string, command: string) => new ReplyError(`ERR Invalid ${what} argument for ${command}`),
  claimOption: (option: string) => new ReplyError(`ERR Unrecognized XCLAIM option '${cText(option)}'`, 'latin1'),
  unsupportedOption: (option: string) => new ReplyError(`ERR Unsupported option ${cText(option)}`, 'latin1'),
  /** What EXEC answers when it is refused itself: the reason, without the general error code. */
  execAborted: (reason: ReplyError) =>
    new ReplyError(`EXECABORT Transaction discarded because of: ${reason.message.replace(/^ERR /, '')}`),
  unknownArgument: (argument: string) => new ReplyError(`ERR unknown argument: ${cText(argument)}`, 'latin1'),
  unknownPfdebug: (subcommand: string) =>
    new ReplyError(`ERR Unknown PFDEBUG subcommand '${cText(subcommand)}'`, 'latin1'),
  unknownClientInfo: (attribute: string) => new ReplyError(`ERR Unrecognized option '${cText(attribute)}'`, 'latin1'),
  clientInfoText: (attribute: string) =>
    new ReplyError(`ERR ${attribute} cannot contain spaces, newlines or special characters.`),
  unknownClientType: (type: string) => new ReplyError(`ERR Unknown client type '${cText(type)}'`, 'latin1'),
  noPermissionToRun: (command: string) =>
    new ReplyError(`NOPERM this user has no permissions to run the '${command}' command`),
  aclRules: (why: string) => new ReplyError(`ERR ${cText(why)}`, 'latin1'),
  aclCategory: (category: string) => new ReplyError(`ERR Unknown category '${cText(category)}'`, 'latin1'),
  aclNoSuchUser: (user: string) => new ReplyError(`ERR User '${cText(user)}' not found`, 'latin1'),
  aclNoSuchCommand: (command: string) => new ReplyError(`ERR Command '${cText(command)}' not found`, 'latin1'),
  noSuchUser: (user: string) => new ReplyError(`ERR No such user '${cText(user)}'`, 'latin1'),
  helloOption: (option: string) => new ReplyError(`ERR Syntax error in HELLO option '${cText(option)}'`, 'latin1'),
  unknownDirective: (name: string) =>
    new ReplyError(`ERR Unknown option or number of arguments for CONFIG SET - '${cText(name)}'`, 'latin1'),
  configSetFailed: (name: string, why: string) =>
    new ReplyError(`ERR CONFIG SET failed (possibly related to argument '${cText(name)}') - ${why}`, 'latin1'),
  /** @param detail from Lua, one character a byte */
  scriptCompile: (detail: string) =>
    new ReplyError(`ERR Error compiling script (new function): ${cText(detail)}`, 'latin1'),
  functionCompile: (detail: string) => new ReplyError(`ERR Error compiling function: ${cText(detail)}`, 'latin1'),
  functionRegister: (detail: string) => new ReplyError(`ERR Error registering functions: ${cText(detail)}`, 'latin1'),
  engineNotFound: (engine: string) => new ReplyError(`ERR Engine '${cText(engine)}' not found`, 'latin1'),
  libraryMetadataValue: (value: string) =>
    new ReplyError(`ERR Invalid metadata value given: ${cText(value)}`, 'latin1'),
  libraryExists: (name: string) => new ReplyError(`ERR Library '${name}' already exists`),
  libraryInTheWay: (name: string) => new ReplyError(`ERR Library ${name} already exists`),
  functionExists: (name: string) => new ReplyError(`ERR Function ${name} already exists`),
  unknownFunctionOption: (option: string) => new ReplyError(`ERR Unknown option given: ${cText(option)}`, 'latin1'),
  unknownFunctionArgument: (word: string) => new ReplyError(`ERR Unknown argument ${cText(word)}`, 'latin1'),
  scriptFailed: (text: string) => new ReplyError(text, 'latin1'),
  unexpectedEngine: (engine: string) =>
    new ReplyError(`ERR Unexpected engine in script shebang: ${cText(engine)}`, 'latin1'),
  unknownShebangOption: (option: string) =>
    new ReplyError(`ERR Unknown lua shebang option: ${cText(option)}`, 'latin1'),
  unexpectedFlag: (flag: string) => new ReplyError(`ERR Unexpected flag in script shebang: ${cText(flag)}`, 'latin1'),
  subscriberMode: (command: string) =>
    new ReplyError(
      `ERR Can't execute '${command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
    ),
  prefixOverlaps: (one: string, other: string, which: 'another provided' | 'an existing') =>
    new ReplyError(
      `ERR Prefix '${cText(one)}' overlaps with ${which} prefix '${cText(other)}'. Prefixes for a single client must not overlap.`,
      'latin1',
    ),
  noLatencySamples: (event: string) => new ReplyError(`ERR No samples available for event '${cText(event)}'`, 'latin1'),
  /** What the reader of JSON or of paths says. */
  jsonUnreadable: (detail: string) => new ReplyError(detail),
  jsonNoPathOr: (what: string) => new ReplyError(`ERR Path does not exist or ${what}`),
  jsonValueType: (expected: string) => new ReplyError(`WRONGTYPE wrong type of path value - expected ${expected}`),
  jsonOutOfRange: (type: string) => new ReplyError(`ERR value out of range for ${type}`),
  vectorDimension: (got: number, has: number) =>
    new ReplyError(`ERR Vector dimension mismatch - got ${got} but set has ${has}`),
  vectorProjectionInput: (got: number, expects: number) =>
    new ReplyError(`ERR Input dimension mismatch for projection - got ${got} but projection expects ${expects}`),
  vectorFilter: (rest: string) => new ReplyError(`ERR syntax error in FILTER expression near: ${rest}`),
  protocol: (detail: string) => new ReplyError(`ERR Protocol error: ${detail}`),
} as const;

/** An argument (one character a byte) as C reads text: up to a zero byte. */
export function cText(latin1: string): string {
  const end = latin1.indexOf('\0');
  return end < 0 ? latin1 : latin1.slice(0, end);
}
