/**
 * One good call of every command, on the keys of `exampleData`: what `refusals.test.ts` makes bad calls of. A number
 * behind `!` is not replaced by other numbers: those would hang, or change the server for every test that follows.
 */
import { payload, quoted, rdbString } from '../support/rdb-payload.js';

/** One key of each type, named after it, and a string that may not grow (`full`, as long as `stringBytesMax`). */
export const exampleData: readonly string[] = [
  'SET string hello',
  'SET number 10',
  'RPUSH list a b c',
  'SADD set a b c',
  'SADD integers 1 2 3',
  'ZADD zset 1 a 2 b 3 c',
  'HSET hash f 1 g two',
  'XADD stream 1-1 f v',
  'XGROUP CREATE stream group 0',
  'XREADGROUP GROUP group consumer STREAMS stream >',
  'PFADD hll a b c',
  'GEOADD geo 13.361389 38.115556 Palermo 15.087269 37.502669 Catania',
];

/** What takes the place of a key: one of each type, and none. */
export const exampleKeys = ['string', 'list', 'set', 'zset', 'hash', 'stream', 'full', 'none'] as const;

const dumped = quoted(payload(0, rdbString('v')));

const clusterExamples: readonly string[] = [
  ...['ADDSLOTS 1', 'ADDSLOTSRANGE 1 2', 'BUMPEPOCH', 'COUNT-FAILURE-REPORTS x', 'COUNTKEYSINSLOT 1', 'DELSLOTS 1'],
  ...[
    'DELSLOTSRANGE 1 2',
    'FAILOVER FORCE',
    'FLUSHSLOTS',
    'FORGET x',
    'GETKEYSINSLOT 1 1',
    'HELP',
    'INFO',
    'KEYSLOT x',
  ],
  ...['LINKS', 'MEET 127.0.0.1 1', 'MYID', 'NODES', 'REPLICAS x', 'REPLICATE x', 'RESET HARD', 'SAVECONFIG'],
  ...['SET-CONFIG-EPOCH 1', 'SETSLOT 1 STABLE', 'SHARDS', 'SLAVES x', 'SLOTS'],
];

export const examples: readonly string[] = [
  ...['GET string', 'SET string v EX 100 GET', 'SETNX fresh v', 'SETEX string 100 v', 'PSETEX string 100000 v'],
  ...[
    'GETEX string EX 100',
    'GETDEL string',
    'GETSET string v',
    'APPEND string v',
    'STRLEN string',
    'MGET string list',
  ],
  ...[
    'SETRANGE string 2 v',
    'GETRANGE string 0 2',
    'SUBSTR string 0 2',
    'INCR number',
    'DECR number',
    'INCRBY number 5',
  ],
  ...['DECRBY number 5', 'INCRBYFLOAT number 1.5', 'MSET string v fresh w', 'MSETNX fresh v other w'],
  ...['LCS string number IDX MINMATCHLEN 1 WITHMATCHLEN'],
  ...['SETBIT string 7 1', 'GETBIT string 7', 'BITCOUNT string 0 -1 BIT', 'BITPOS string 1 0 -1 BYTE'],
  ...['BITOP AND fresh string number', 'BITFIELD string GET u8 0 OVERFLOW SAT SET i8 #1 5 INCRBY u4 4 1'],
  ...['BITFIELD_RO string GET u8 0'],
  ...['PFADD hll d', 'PFCOUNT hll', 'PFMERGE hll hll', 'PFDEBUG ENCODING hll'],
  ...[
    'HSET hash f v',
    'HSETNX hash h v',
    'HGET hash f',
    'HMSET hash f v',
    'HMGET hash f g',
    'HGETALL hash',
    'HDEL hash f',
  ],
  ...['HLEN hash', 'HSTRLEN hash f', 'HEXISTS hash f', 'HKEYS hash', 'HVALS hash', 'HINCRBY hash f 5'],
  ...['HINCRBYFLOAT hash f 1.5', 'HRANDFIELD hash !2 WITHVALUES', 'HSCAN hash 0 MATCH * COUNT 5'],
  ...['LPUSH list v', 'RPUSH list v', 'LPUSHX list v', 'RPUSHX list v', 'LPOP list 1', 'RPOP list 1', 'LLEN list'],
  ...[
    'LINDEX list 0',
    'LSET list 0 v',
    'LINSERT list BEFORE b v',
    'LRANGE list 0 -1',
    'LREM list 1 a',
    'LTRIM list 0 1',
  ],
  ...[
    'LPOS list a RANK 1 COUNT 1 MAXLEN 5',
    'LMOVE list fresh LEFT RIGHT',
    'RPOPLPUSH list fresh',
    'LMPOP 1 list LEFT COUNT 1',
  ],
  ...['BLPOP list 0.01', 'BRPOP list 0.01', 'BLMOVE list fresh LEFT RIGHT 0.01', 'BRPOPLPUSH list fresh 0.01'],
  ...['BLMPOP 0.01 1 list LEFT COUNT 1'],
  ...['SADD set v', 'SREM set a', 'SISMEMBER set a', 'SMISMEMBER set a b', 'SCARD set', 'SMEMBERS set', 'SPOP set 1'],
  ...[
    'SRANDMEMBER set !2',
    'SMOVE set fresh a',
    'SSCAN set 0 MATCH * COUNT 5',
    'SINTER set integers',
    'SUNION set integers',
  ],
  ...['SDIFF set integers', 'SINTERSTORE fresh set integers', 'SUNIONSTORE fresh set integers'],
  ...['SDIFFSTORE fresh set integers', 'SINTERCARD 2 set integers LIMIT 1'],
  ...[
    'ZADD zset GT CH 5 a',
    'ZADD zset XX INCR 5 a',
    'ZINCRBY zset 1.5 a',
    'ZREM zset a',
    'ZSCORE zset a',
    'ZMSCORE zset a b',
  ],
  ...['ZCARD zset', 'ZCOUNT zset 1 (3', 'ZLEXCOUNT zset [a [b', 'ZRANGE zset 1 (3 BYSCORE LIMIT 0 1 WITHSCORES'],
  ...[
    'ZRANGE zset 0 1 REV',
    'ZRANGESTORE fresh zset 0 1',
    'ZRANK zset a',
    'ZREVRANK zset a',
    'ZREVRANGE zset 0 1 WITHSCORES',
  ],
  ...['ZRANGEBYSCORE zset 1 3 WITHSCORES LIMIT 0 1', 'ZREVRANGEBYSCORE zset 3 1 WITHSCORES LIMIT 0 1'],
  ...['ZRANGEBYLEX zset - + LIMIT 0 1', 'ZREVRANGEBYLEX zset + - LIMIT 0 1', 'ZPOPMIN zset 1', 'ZPOPMAX zset 1'],
  ...['ZMPOP 1 zset MIN COUNT 1', 'BZPOPMIN zset 0.01', 'BZPOPMAX zset 0.01', 'BZMPOP 0.01 1 zset MIN COUNT 1'],
  ...[
    'ZRANDMEMBER zset !2 WITHSCORES',
    'ZREMRANGEBYRANK zset 0 0',
    'ZREMRANGEBYSCORE zset 1 (2',
    'ZREMRANGEBYLEX zset [a [b',
  ],
  ...[
    'ZUNION 2 zset set WEIGHTS 1 2 AGGREGATE MAX WITHSCORES',
    'ZINTER 2 zset set WEIGHTS 1 2 AGGREGATE MAX WITHSCORES',
  ],
  ...['ZDIFF 2 zset set WITHSCORES', 'ZUNIONSTORE fresh 2 zset set WEIGHTS 1 2 AGGREGATE MIN'],
  ...['ZINTERSTORE fresh 2 zset set WEIGHTS 1 2 AGGREGATE MIN', 'ZDIFFSTORE fresh 2 zset set'],
  ...['ZINTERCARD 2 zset set LIMIT 1', 'ZSCAN zset 0 MATCH * COUNT 5'],
  ...[
    'GEOADD geo NX CH 2.35 48.85 Paris',
    'GEOPOS geo Palermo',
    'GEOHASH geo Palermo',
    'GEODIST geo Palermo Catania km',
  ],
  ...[
    'GEOSEARCH geo FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 1 ANY WITHDIST',
    'GEOSEARCH geo FROMMEMBER Palermo BYRADIUS 200 km',
  ],
  ...['GEOSEARCHSTORE fresh geo FROMMEMBER Palermo BYRADIUS 200 km COUNT 1 STOREDIST'],
  ...['GEORADIUS geo 15 37 200 km WITHDIST COUNT 1', 'GEORADIUS geo 15 37 200 km STORE fresh'],
  ...['GEORADIUS_RO geo 15 37 200 km WITHDIST COUNT 1', 'GEORADIUSBYMEMBER geo Palermo 200 km COUNT 1 STOREDIST fresh'],
  ...['GEORADIUSBYMEMBER_RO geo Palermo 200 km WITHHASH COUNT 1'],
  ...[
    'XADD stream NOMKSTREAM MAXLEN ~ 5 LIMIT 10 2-1 f v',
    'XLEN stream',
    'XRANGE stream - + COUNT 5',
    'XREVRANGE stream + - COUNT 5',
  ],
  ...['XDEL stream 1-1', 'XTRIM stream MINID = 1-0', 'XSETID stream 5-0 ENTRIESADDED 3 MAXDELETEDID 2-0'],
  ...[
    'XREAD COUNT 1 BLOCK 1 STREAMS stream 0',
    'XREADGROUP GROUP group consumer COUNT 1 BLOCK 1 NOACK STREAMS stream 0',
  ],
  ...['XACK stream group 1-1', 'XPENDING stream group IDLE 0 - + 5 consumer', 'XPENDING stream group'],
  ...['XCLAIM stream group other 0 1-1 IDLE 5 RETRYCOUNT 2 FORCE JUSTID LASTID 1-1'],
  ...['XAUTOCLAIM stream group other 0 0 COUNT 1 JUSTID', 'XINFO STREAM stream FULL COUNT 1', 'XINFO GROUPS stream'],
  ...[
    'XINFO CONSUMERS stream group',
    'XINFO HELP',
    'XGROUP CREATE stream fresh 0 MKSTREAM ENTRIESREAD 1',
    'XGROUP HELP',
  ],
  ...[
    'XGROUP SETID stream group 0 ENTRIESREAD 1',
    'XGROUP DESTROY stream group',
    'XGROUP CREATECONSUMER stream group fresh',
  ],
  ...['XGROUP DELCONSUMER stream group consumer'],
  ...[
    'DEL string',
    'UNLINK string',
    'EXISTS string',
    'TYPE string',
    'TOUCH string',
    'RENAME string fresh',
    'RENAMENX string fresh',
  ],
  ...['COPY string fresh DB 0 REPLACE', 'MOVE string 1', 'EXPIRE string 100 NX', 'PEXPIRE string 100000 NX'],
  ...[
    'EXPIREAT string 4102444800 NX',
    'PEXPIREAT string 4102444800000 NX',
    'TTL string',
    'PTTL string',
    'EXPIRETIME string',
  ],
  ...['PEXPIRETIME string', 'PERSIST string', 'KEYS *', 'SCAN 0 MATCH * COUNT 5 TYPE string', 'RANDOMKEY', 'DBSIZE'],
  ...['DUMP string', 'OBJECT ENCODING string', 'OBJECT REFCOUNT string', 'OBJECT IDLETIME string', 'OBJECT HELP'],
  ...['FLUSHDB SYNC', 'FLUSHALL SYNC', 'SWAPDB 0 1', 'SORT list BY nosort LIMIT 0 1 GET # ASC ALPHA STORE fresh'],
  ...['SORT_RO list BY nosort LIMIT 0 1 GET # ASC ALPHA'],
  `RESTORE fresh 0 ${dumped} REPLACE IDLETIME 5`,
  `RESTORE-ASKING fresh 0 ${dumped} REPLACE FREQ 5`,
  ...['PING x', 'ECHO x', 'HELLO 2 SETNAME x', 'AUTH default x', 'SELECT 1', 'RESET'],
  ...[
    'CLIENT ID',
    'CLIENT INFO',
    'CLIENT LIST TYPE normal',
    'CLIENT LIST ID 999999 999998',
    'CLIENT SETNAME x',
    'CLIENT GETNAME',
    'CLIENT NO-EVICT ON',
  ],
  ...[
    'CLIENT KILL ID 999999',
    'CLIENT REPLY ON',
    'CLIENT UNBLOCK 999999 TIMEOUT',
    'CLIENT TRACKING ON BCAST PREFIX p NOLOOP',
  ],
  ...['CLIENT TRACKINGINFO', 'CLIENT GETREDIR', 'CLIENT PAUSE !0 WRITE', 'CLIENT UNPAUSE', 'CLIENT HELP'],
  ...['COMMAND COUNT', 'COMMAND DOCS get', 'COMMAND INFO get', 'COMMAND LIST FILTERBY ACLCAT read', 'COMMAND HELP'],
  ...['COMMAND GETKEYS GET string', 'COMMAND GETKEYSANDFLAGS GET string', 'CONFIG GET maxmemory', 'CONFIG HELP'],
  ...[
    'CONFIG SET slowlog-max-len 128',
    'CONFIG SET hash-max-listpack-value 64',
    'CONFIG RESETSTAT',
    'INFO server',
    'TIME',
    'LASTSAVE',
    'ROLE',
    'LOLWUT VERSION 5 1 1 1',
  ],
  ...[
    'MEMORY USAGE string SAMPLES 5',
    'MEMORY DOCTOR',
    'MEMORY STATS',
    'MEMORY MALLOC-STATS',
    'MEMORY PURGE',
    'MEMORY HELP',
  ],
  ...['SLOWLOG GET 1', 'SLOWLOG LEN', 'SLOWLOG RESET', 'SLOWLOG HELP', 'LATENCY LATEST', 'LATENCY HISTORY command'],
  ...['LATENCY RESET command', 'LATENCY HISTOGRAM get', 'LATENCY DOCTOR', 'LATENCY HELP', 'MODULE LIST', 'MODULE HELP'],
  ...['PUBLISH channel x', 'SPUBLISH channel x', 'PUBSUB CHANNELS *', 'PUBSUB NUMSUB channel', 'PUBSUB NUMPAT'],
  ...['PUBSUB SHARDCHANNELS *', 'PUBSUB SHARDNUMSUB channel', 'PUBSUB HELP', 'WAIT 0 1'],
  ...[
    'ACL CAT string',
    'ACL DRYRUN default GET string',
    'ACL GENPASS 8',
    'ACL GETUSER default',
    'ACL LIST',
    'ACL HELP',
  ],
  ...['ACL LOG 1', 'ACL SETUSER example on', 'ACL DELUSER example', 'ACL USERS', 'ACL WHOAMI'],
  ...['MULTI', 'WATCH string', 'UNWATCH'],
  ...['EVAL "return 1" 1 string x', 'EVAL_RO "return 1" 1 string x', 'SCRIPT EXISTS x', 'SCRIPT LOAD "return 1"'],
  ...['SCRIPT FLUSH SYNC', 'SCRIPT DEBUG NO', 'SCRIPT HELP', 'FUNCTION LIST LIBRARYNAME x WITHCODE', 'FUNCTION STATS'],
  String.raw`FUNCTION LOAD REPLACE "#!lua name=example\nredis.register_function('example', function() return 1 end)"`,
  ...['FUNCTION DUMP', 'FUNCTION FLUSH SYNC', 'FUNCTION HELP'],
];

/** Calls that are refused whatever is sent, in the state a server is in at rest. */
export const refusedExamples: readonly string[] = [
  ...clusterExamples.map((example) => `CLUSTER ${example}`),
  ...['READONLY', 'READWRITE', 'ASKING', 'OBJECT FREQ string', 'CLIENT CACHING YES', 'EXEC', 'DISCARD'],
  ...['LATENCY GRAPH command', 'SCRIPT KILL', 'FUNCTION KILL', 'FUNCTION DELETE none', 'FUNCTION RESTORE x FLUSH'],
  ...['EVALSHA ffffffffffffffffffffffffffffffffffffffff 1 string', 'FCALL none 1 string x', 'FCALL_RO none 1 string x'],
  ...['EVALSHA_RO ffffffffffffffffffffffffffffffffffffffff 1 string', 'CONFIG REWRITE', 'ACL SAVE', 'ACL LOAD'],
];

/** Commands without an example, with the reason. */
export const withoutExample: Readonly<Record<string, string>> = {
  SHUTDOWN: 'ends the server',
  DEBUG: 'may sleep, or fill the database; debug.ts has its errors',
  QUIT: 'ends the connection',
  MONITOR: 'the connection hears of every other command',
  PFSELFTEST: 'takes seconds',
  VDIM: 'is refused where there is no vector set; extension-vector-set.ts has its errors',
  ...Object.fromEntries(
    ['', 'P', 'S'].flatMap((kind) => [
      [`${kind}SUBSCRIBE`, 'the connection hears messages; pub-sub.ts has its errors'],
      [`${kind}UNSUBSCRIBE`, 'answers with messages; pub-sub.ts has its errors'],
    ]),
  ),
};

/** Commands of what are modules in Redis: the tests of search and JSON have their errors. */
export const ofModules = /^[A-Z]+\./;

/** Good calls of commands that redis-server lacks, and of which type their key must be; theirs are the errors written here. */
export const extensionExamples: readonly { readonly line: string; readonly type: 'hash' | 'string' | 'none' | null }[] =
  [
    ...['HEXPIRE hash 100', 'HPEXPIRE hash 100000', 'HEXPIREAT hash 4102444800', 'HPEXPIREAT hash 4102444800000'],
    ...[
      'HTTL hash',
      'HPTTL hash',
      'HEXPIRETIME hash',
      'HPEXPIRETIME hash',
      'HPERSIST hash',
      'HGETEX hash',
      'HGETDEL hash',
    ],
  ]
    .map((start) => `${start} FIELDS 1 f`)
    .concat('HSETEX hash FIELDS 1 f v')
    .map((line): { line: string; type: 'hash' | 'string' | 'none' | null } => ({ line, type: 'hash' }))
    .concat(
      { line: 'DELIFEQ string hello', type: 'string' },
      ...[
        ...[
          'VADD none VALUES 1 1 e',
          'VSIM none ELE e',
          'VREM none e',
          'VSETATTR none e 1',
          'VCARD none',
          'VEMB none e',
        ],
        ...[
          'VGETATTR none e',
          'VINFO none',
          'VISMEMBER none e',
          'VLINKS none e',
          'VRANDMEMBER none',
          'VRANGE none - +',
        ],
      ].map((line) => ({ line, type: 'none' as const })),
      ...['MSETEX 1 string v', 'CLIENT NO-TOUCH ON', 'CLIENT SETINFO LIB-NAME x'].map((line) => ({ line, type: null })),
    );
