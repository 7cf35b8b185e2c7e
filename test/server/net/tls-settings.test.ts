import { fileURLToPath } from 'node:url';
import { Config } from '#server/config/config.js';
import { tlsSettings } from '#server/net/tls-settings.js';

const file = (name: string): string => fileURLToPath(new URL(`../../../support/certificates/${name}`, import.meta.url));

function config(settings: Record<string, string>): Config {
  const made = new Config();
  made.setText('tls-cert-file', file('server.crt'));
  made.setText('tls-key-file', file('server.key'));
  for (const [name, text] of Object.entries(settings)) made.setText(name, text);
  return made;
}

test('clients are asked for certificates as `tls-auth-clients` says', () => {
  const authority = { 'tls-ca-cert-file': file('ca.crt') };
  const asked = (auth: string): unknown => tlsSettings(config({ ...authority, 'tls-auth-clients': auth }));
  expect(asked('yes')).toMatchObject({ requestCert: true, rejectUnauthorized: true });
  expect(asked('optional')).toMatchObject({ requestCert: true, rejectUnauthorized: false });
  expect(asked('no')).toMatchObject({ requestCert: false, rejectUnauthorized: false });
});

test('versions are those named, or both', () => {
  const versions = (protocols: string): unknown => {
    const { minVersion, maxVersion } = tlsSettings(config({ 'tls-auth-clients': 'no', 'tls-protocols': protocols }));
    return [minVersion, maxVersion];
  };
  expect(versions('')).toEqual(['TLSv1.2', undefined]);
  expect(versions('TLSv1.3')).toEqual(['TLSv1.3', 'TLSv1.3']);
  expect(versions('TLSv1.2')).toEqual(['TLSv1.2', 'TLSv1.2']);
  expect(versions('tlsv1.2 TLSv1.3')).toEqual(['TLSv1.2', 'TLSv1.3']);
});

test('ciphers of both versions are one list', () => {
  const settings = { 'tls-auth-clients': 'no', 'tls-ciphers': 'A:B', 'tls-ciphersuites': 'C' };
  expect(tlsSettings(config(settings)).ciphers).toBe('C:A:B');
});

test('a file that is not named, or not there, is told by its setting', () => {
  expect(() => tlsSettings(new Config())).toThrow('tls-port needs tls-cert-file');
  expect(() => tlsSettings(config({}))).toThrow('tls-port needs tls-ca-cert-file');
  expect(() => tlsSettings(config({ 'tls-key-file': '/none' }))).toThrow("can't read tls-key-file '/none'");
});
