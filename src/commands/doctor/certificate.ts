import type { Handshake } from '../../api/probe.ts';

interface Explanation {
  readonly message: string;
  readonly remedy: string;
}

/** Why a certificate is not trusted, in words, and what to do. */
export function describeDistrust(host: string, { distrust = '', issuer, validFrom, validTo }: Handshake): Explanation {
  const certificate = `the certificate of ${host}`;
  switch (distrust) {
    case 'CERT_HAS_EXPIRED':
      return {
        message: `${certificate} has expired, on ${validTo} (${distrust})`,
        remedy: "check this machine's clock; if it is right, the operator of the server must renew the certificate",
      };
    case 'CERT_NOT_YET_VALID':
      return {
        message: `${certificate} is valid only from ${validFrom} (${distrust})`,
        remedy: "check this machine's clock",
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        message: `${certificate} is for other names (${distrust})`,
        remedy: 'check base_url: dcycle-upload config show --origin',
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return { message: `${certificate} is self-signed (${distrust})`, remedy: ownAuthority };
    default:
      return {
        message: `${certificate} is by ${issuer === '' ? 'an authority' : issuer}, which is not trusted here (${distrust})`,
        remedy: ownAuthority,
      };
  }
}

const ownAuthority = 'where you trust it: NODE_EXTRA_CA_CERTS=/path/to/authority.pem dcycle-upload doctor';
