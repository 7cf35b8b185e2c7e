/** All compat scripts by command group. */

import { aclScripts } from './acl.js';
import { bitmapScripts } from './bitmap.js';
import { blockingScripts } from './blocking.js';
import { clusterScripts } from './cluster.js';
import { commandScripts } from './command.js';
import { connectionScripts } from './connection.js';
import { debugScripts } from './debug.js';
import { diagnosticScripts } from './diagnostics.js';
import { dumpScripts } from './dump.js';
import { expiryScripts } from './expiry.js';
import { extensionScripts } from './extension.js';
import { functionScripts } from './functions.js';
import { genericScripts } from './generic.js';
import { geoScripts } from './geo.js';
import { hashScripts } from './hash.js';
import { hyperLogLogScripts } from './hyperloglog.js';
import { listScripts } from './list.js';
import { notificationScripts } from './notifications.js';
import { protocolScripts } from './protocol.js';
import { pubSubScripts } from './pub-sub.js';
import { scanScripts } from './scan.js';
import type { Script } from './script.js';
import { scriptLibraryScripts } from './script-libraries.js';
import { scriptingScripts } from './scripting.js';
import { serverScripts } from './server.js';
import { setScripts } from './set.js';
import { sortScripts } from './sort.js';
import { sortedSetScripts } from './sorted-set.js';
import { sortedSetRangeScripts } from './sorted-set-range.js';
import { streamScripts } from './stream.js';
import { streamBlockingScripts } from './stream-blocking.js';
import { stringScripts } from './string.js';
import { trackingScripts } from './tracking.js';
import { transactionScripts } from './transactions.js';

export const groups: Readonly<Record<string, readonly Script[]>> = {
  protocol: protocolScripts,
  connection: connectionScripts,
  acl: aclScripts,
  command: commandScripts,
  string: stringScripts,
  bitmap: bitmapScripts,
  hyperloglog: hyperLogLogScripts,
  hash: hashScripts,
  list: listScripts,
  blocking: blockingScripts,
  stream: streamScripts,
  'stream-blocking': streamBlockingScripts,
  geo: geoScripts,
  'sorted-set': sortedSetScripts,
  'sorted-set-range': sortedSetRangeScripts,
  set: setScripts,
  generic: genericScripts,
  debug: debugScripts,
  sort: sortScripts,
  expiry: expiryScripts,
  dump: dumpScripts,
  scan: scanScripts,
  transactions: transactionScripts,
  scripting: scriptingScripts,
  functions: functionScripts,
  'script-libraries': scriptLibraryScripts,
  cluster: clusterScripts,
  'publish and subscribe': pubSubScripts,
  'client-side caching': trackingScripts,
  diagnostics: diagnosticScripts,
  'keyspace notifications': notificationScripts,
  server: serverScripts,
  extension: extensionScripts,
};
