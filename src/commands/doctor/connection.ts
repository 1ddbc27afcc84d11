import { access } from 'node:fs/promises';
import { hostOf, lookUp, portOf, reach, shakeHands } from '../../api/probe.ts';
import { proxyFor } from '../../api/proxy.ts';
import type { AccountReading } from '../../api/read-account.ts';
import { isLoopback } from '../../base-url.ts';
import type { Finding } from '../../report/doctor-document.ts';
import { checkAccount, checkTimeoutMs, describeAccount } from '../config/check-account.ts';
import type { CommandContext } from '../context.ts';
import { describeDistrust } from './certificate.ts';
import type { Access } from './credentials.ts';
import { createFindings, type Findings } from './finding.ts';

/** The way to the API, step by step; what it says to the key; and its clock. */
export async function checkConnection(
  { baseUrl, credentials }: Access,
  context: CommandContext,
): Promise<readonly Finding[]> {
  const { environment } = context;
  const findings = createFindings('connection');
  await checkAuthorities(environment, findings);
  if (baseUrl === undefined) return findings.found;
  const proxy = proxyFor(baseUrl, environment);
  if (typeof proxy === 'string') {
    findings.problem(
      'proxy',
      'HTTP_PROXY or HTTPS_PROXY is not the address of a proxy',
      'give it with its scheme: http://proxy.example:3128',
    );
    return findings.found;
  }
  // Its user and password are not shown.
  if (proxy !== undefined) findings.ok('proxy', `by way of the proxy ${proxy.protocol}//${proxy.host}`);
  const isReached = await checkWay(proxy ?? baseUrl, proxy !== undefined, findings);
  if (!isReached || credentials === undefined) return findings.found;
  const reading = await checkAccount(credentials, baseUrl, context);
  tellReading(reading, credentials.organizationId, findings);
  checkClock(reading.date, context.now(), findings);
  return findings.found;
}

/** Node.js continues without a file that it can't read. */
async function checkAuthorities(environment: CommandContext['environment'], findings: Findings): Promise<void> {
  const path = environment['NODE_EXTRA_CA_CERTS'] ?? '';
  if (path === '') return;
  try {
    await access(path);
    findings.ok('authorities', `further certificate authorities: ${path}`);
  } catch {
    findings.problem(
      'authorities',
      `NODE_EXTRA_CA_CERTS names ${path}, which can't be read`,
      'give the path of a PEM file',
    );
  }
}

/** Name, connection, encryption: each needs the one before. */
async function checkWay(url: URL, isProxy: boolean, findings: Findings): Promise<boolean> {
  const host = hostOf(url);
  const what = isProxy ? `the proxy ${host}` : host;
  const found = await lookUp(url, checkTimeoutMs);
  if (!found.ok) {
    findings.problem(
      'dns',
      `the name ${host} is not found (${found.code})`,
      isProxy
        ? 'check HTTPS_PROXY and HTTP_PROXY'
        : 'check the network, and base_url: dcycle-upload config show --origin',
    );
    return false;
  }
  if (!found.seen.includes(host)) findings.ok('dns', `${host} is ${found.seen.join(', ')}`);
  const reached = await reach(url, checkTimeoutMs);
  const port = String(portOf(url));
  if (!reached.ok) {
    const remedy = isProxy
      ? 'check HTTPS_PROXY and HTTP_PROXY'
      : isLoopback(url)
        ? `nothing listens there: dcycle-upload serve --port ${port}`
        : 'a firewall may be in the way; HTTPS_PROXY names a proxy, if you need one';
    findings.problem('tcp', `no connection to ${what}, port ${port} (${reached.code})`, remedy);
    return false;
  }
  findings.ok('tcp', `${what} answers on port ${port}`);
  return isProxy || url.protocol === 'http:' || checkEncryption(url, findings);
}

async function checkEncryption(url: URL, findings: Findings): Promise<boolean> {
  const shaken = await shakeHands(url, checkTimeoutMs);
  if (!shaken.ok) {
    findings.problem(
      'tls',
      `${url.host} does not speak TLS as it should (${shaken.code || shaken.text})`,
      'check base_url, and whether a proxy or firewall breaks the connection open',
    );
    return false;
  }
  const { protocol, distrust, validTo, issuer } = shaken.seen;
  if (distrust === undefined) {
    findings.ok('tls', `${protocol}, certificate of ${issuer}, valid until ${validTo}`);
    return true;
  }
  const { message, remedy } = describeDistrust(url.host, shaken.seen);
  findings.problem('tls', message, remedy);
  return false;
}

function tellReading(reading: AccountReading, organizationId: string, findings: Findings): void {
  switch (reading.kind) {
    case 'open':
      return findings.ok('access', `the API accepts the key: ${describeAccount(reading, organizationId)}`);
    case 'refused':
      return findings.problem('access', reading.message, reading.hint);
    case 'unreadable':
      return findings.problem(
        'access',
        reading.message,
        'check base_url: dcycle-upload config show --origin; or try again later',
      );
  }
}

/** Clocks further apart are said: dates of records and logs of both sides would not agree. */
const mostSkewS = 60;

function checkClock(date: string | undefined, now: Date, findings: Findings): void {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return;
  const skewS = Math.round((now.getTime() - theirs) / 1000);
  const apart = `${String(Math.abs(skewS))} s ${skewS < 0 ? 'earlier' : 'later'} than the API's`;
  if (Math.abs(skewS) <= mostSkewS) findings.ok('clock', "this machine's clock agrees with the API's");
  else {
    findings.warning('clock', `this machine's clock is ${apart}`, 'set the clock, such as: timedatectl set-ntp true');
  }
}
