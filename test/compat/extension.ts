/** Lines of commands that redis-server 7.0.15 lacks: Nearkey must answer exactly what is written here. */
import { hashExtensionScripts } from './extension-hash.js';
import { answering } from './looseness.js';
import { loosely, type Script, script } from './script.js';

const later = 'CLIENT SETINFO came with Redis 7.2';

const setinfo = script('CLIENT SETINFO takes the name and the version of a client library', [
  loosely('CLIENT SETINFO LIB-NAME some', answering('+OK\r\n', later)),
  loosely('CLIENT SETINFO lib-ver 1.2.3', answering('+OK\r\n', later)),
  loosely('CLIENT SETINFO BOGUS x', answering("-ERR Unrecognized option 'BOGUS'\r\n", later)),
  loosely(
    'CLIENT SETINFO LIB-NAME "with space"',
    answering('-ERR LIB-NAME cannot contain spaces, newlines or special characters.\r\n', later),
  ),
  loosely(
    'CLIENT SETINFO LIB-NAME',
    answering("-ERR wrong number of arguments for 'client|setinfo' command\r\n", later),
  ),
]);

const noTouch = 'CLIENT NO-TOUCH came with Redis 7.2';

const notouch = script('CLIENT NO-TOUCH', [
  loosely('CLIENT NO-TOUCH ON', answering('+OK\r\n', noTouch)),
  loosely('CLIENT NO-TOUCH off', answering('+OK\r\n', noTouch)),
  loosely('CLIENT NO-TOUCH BOGUS', answering('-ERR syntax error\r\n', noTouch)),
  loosely('CLIENT NO-TOUCH', answering("-ERR wrong number of arguments for 'client|no-touch' command\r\n", noTouch)),
]);

export const extensionScripts: readonly Script[] = [setinfo, notouch, ...hashExtensionScripts];
