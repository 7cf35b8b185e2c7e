/**
 * Bytes to text, the same way for documents and queries: UTF-8 where it is valid, else one character a byte, so that a
 * binary tag still equals itself.
 */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Below this many bytes, building an ASCII string in JavaScript beats a call into the decoder. */
const shortBytesMax = 64;

export function decodeText(bytes: Uint8Array): string {
  if (bytes.length <= shortBytesMax && isAscii(bytes)) return decodeLatin1(bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeLatin1(bytes);
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] ?? 0) > 0x7f) return false;
  return true;
}

function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
