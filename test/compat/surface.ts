/**
 * The commands that Nearkey promises to have in its keyspace core, container subcommands as `CONTAINER SUBCOMMAND`.
 * Every one of them is in the compat scripts, and in Nearkey's own COMMAND LIST.
 */
export const surface: readonly string[] = [
  ...['PING', 'ECHO', 'HELLO', 'AUTH', 'SELECT', 'RESET', 'QUIT'],
  ...['CLIENT ID', 'CLIENT INFO', 'CLIENT LIST', 'CLIENT SETNAME', 'CLIENT GETNAME', 'CLIENT SETINFO', 'CLIENT KILL'],
  ...['CLIENT NO-EVICT', 'CLIENT REPLY', 'CLIENT UNBLOCK'],
  ...['COMMAND', 'COMMAND COUNT', 'COMMAND DOCS', 'COMMAND INFO', 'COMMAND LIST', 'COMMAND GETKEYS'],
  ...[
    'SET',
    'GET',
    'GETEX',
    'GETDEL',
    'GETSET',
    'SETRANGE',
    'GETRANGE',
    'SUBSTR',
    'APPEND',
    'STRLEN',
    'INCR',
    'INCRBY',
  ],
  ...['DECR', 'DECRBY', 'INCRBYFLOAT', 'MSET', 'MSETNX', 'MGET', 'SETNX', 'SETEX', 'PSETEX', 'LCS'],
  ...['SETBIT', 'GETBIT', 'BITCOUNT', 'BITPOS', 'BITOP', 'BITFIELD', 'BITFIELD_RO'],
  ...['PFADD', 'PFCOUNT', 'PFMERGE', 'PFDEBUG', 'PFSELFTEST'],
  ...['HSET', 'HSETNX', 'HGET', 'HMSET', 'HMGET', 'HGETALL', 'HDEL', 'HLEN', 'HSTRLEN', 'HEXISTS', 'HKEYS', 'HVALS'],
  ...['HINCRBY', 'HINCRBYFLOAT', 'HRANDFIELD', 'HSCAN'],
  ...['LPUSH', 'RPUSH', 'LPUSHX', 'RPUSHX', 'LPOP', 'RPOP', 'LLEN', 'LINDEX', 'LSET', 'LINSERT', 'LRANGE', 'LREM'],
  ...['LTRIM', 'LPOS', 'LMOVE', 'RPOPLPUSH', 'LMPOP', 'BLPOP', 'BRPOP', 'BLMOVE', 'BRPOPLPUSH', 'BLMPOP'],
  ...['XADD', 'XLEN', 'XRANGE', 'XREVRANGE', 'XREAD', 'XREADGROUP', 'XDEL', 'XTRIM', 'XSETID', 'XACK', 'XPENDING'],
  ...['XCLAIM', 'XAUTOCLAIM', 'XINFO STREAM', 'XINFO GROUPS', 'XINFO CONSUMERS', 'XINFO HELP', 'XGROUP HELP'],
  ...['XGROUP CREATE', 'XGROUP SETID', 'XGROUP DESTROY', 'XGROUP CREATECONSUMER', 'XGROUP DELCONSUMER'],
  ...['DEL', 'UNLINK', 'EXISTS', 'TYPE', 'RENAME', 'RENAMENX', 'COPY', 'EXPIRE', 'PEXPIRE', 'EXPIREAT', 'PEXPIREAT'],
  ...['EXPIRETIME', 'PEXPIRETIME', 'TTL', 'PTTL', 'PERSIST', 'KEYS', 'SCAN', 'RANDOMKEY', 'TOUCH', 'DBSIZE', 'FLUSHDB'],
  ...['FLUSHALL', 'SWAPDB', 'MOVE', 'DUMP', 'RESTORE', 'RESTORE-ASKING'],
  ...['OBJECT ENCODING', 'OBJECT REFCOUNT', 'OBJECT IDLETIME', 'OBJECT FREQ', 'OBJECT HELP'],
  ...['MULTI', 'EXEC', 'DISCARD', 'WATCH', 'UNWATCH'],
  ...['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO', 'SCRIPT LOAD', 'SCRIPT EXISTS', 'SCRIPT FLUSH', 'SCRIPT KILL'],
  ...['SCRIPT DEBUG', 'SCRIPT HELP'],
  ...['CLUSTER', 'READONLY', 'READWRITE', 'ASKING'],
  ...[
    'CLUSTER ADDSLOTS',
    'CLUSTER ADDSLOTSRANGE',
    'CLUSTER BUMPEPOCH',
    'CLUSTER COUNT-FAILURE-REPORTS',
    'CLUSTER COUNTKEYSINSLOT',
    'CLUSTER DELSLOTS',
  ],
  ...[
    'CLUSTER DELSLOTSRANGE',
    'CLUSTER FAILOVER',
    'CLUSTER FLUSHSLOTS',
    'CLUSTER FORGET',
    'CLUSTER GETKEYSINSLOT',
    'CLUSTER HELP',
  ],
  ...['CLUSTER INFO', 'CLUSTER KEYSLOT', 'CLUSTER LINKS', 'CLUSTER MEET', 'CLUSTER MYID', 'CLUSTER NODES'],
  ...[
    'CLUSTER REPLICAS',
    'CLUSTER REPLICATE',
    'CLUSTER RESET',
    'CLUSTER SAVECONFIG',
    'CLUSTER SET-CONFIG-EPOCH',
    'CLUSTER SETSLOT',
  ],
  ...['CLUSTER SHARDS', 'CLUSTER SLAVES', 'CLUSTER SLOTS'],
  ...['INFO', 'CONFIG GET', 'CONFIG SET', 'TIME', 'MEMORY USAGE'],
];

/** Commands that redis-server 7.0.15 lacks: nothing there to compare with. */
export const extensions: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /^CLIENT SETINFO$/, reason: 'came with Redis 7.2; clients send it when they connect' },
  {
    pattern: /^(HP?EXPIRE(AT|TIME)?|HP?TTL|HPERSIST|HGETEX|HSETEX|HGETDEL)$/,
    reason: 'lifetimes of fields came with Redis 7.4 and 8.0',
  },
  { pattern: /^FT\./, reason: 'search commands; Debian packages redis-server without the module' },
];

export function isExtension(command: string): boolean {
  return extensions.some(({ pattern }) => pattern.test(command));
}
