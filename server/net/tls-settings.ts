/** What the `tls-*` settings say, in the form Node's TLS takes it. Certificates are read from their files at every call. */
import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';

/** Settings that name a file. */
type FileSetting = 'tls-cert-file' | 'tls-key-file' | 'tls-ca-cert-file';

/**
 * @throws ConfigError when a file that is needed is not named, or cannot be read
 */
export function tlsSettings(config: Config): TlsOptions {
  const auth = config.get('tls-auth-clients');
  const ciphers = [config.get('tls-ciphersuites'), config.get('tls-ciphers')].filter((list) => list !== '').join(':');
  return {
    cert: fileOf(config, 'tls-cert-file'),
    key: fileOf(config, 'tls-key-file'),
    ...(config.get('tls-key-file-pass') === '' ? {} : { passphrase: config.get('tls-key-file-pass') }),
    ...(config.get('tls-ca-cert-file') === '' && auth === 'no' ? {} : { ca: fileOf(config, 'tls-ca-cert-file') }),
    ...(ciphers === '' ? {} : { ciphers }),
    honorCipherOrder: config.get('tls-prefer-server-ciphers'),
    ...versions(config.get('tls-protocols')),
    requestCert: auth !== 'no',
    rejectUnauthorized: auth === 'yes',
  };
}

function fileOf(config: Config, setting: FileSetting): Buffer {
  const path = config.get(setting);
  if (path === '') throw new ConfigError(`tls-port needs ${setting}`);
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(`can't read ${setting} '${path}': ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `TLSv1.2 TLSv1.3`, either of them, or nothing for both. */
function versions(protocols: string): TlsOptions {
  const named = protocols.toLowerCase().split(/\s+/);
  if (protocols === '') return { minVersion: 'TLSv1.2' };
  return {
    minVersion: named.includes('tlsv1.2') ? 'TLSv1.2' : 'TLSv1.3',
    maxVersion: named.includes('tlsv1.3') ? 'TLSv1.3' : 'TLSv1.2',
  };
}
