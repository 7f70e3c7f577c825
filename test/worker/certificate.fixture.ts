import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const folder = mkdtempSync(path.join(tmpdir(), 'anju-certificate-'))
const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')]
const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
execFileSync('openssl', [...request, '-keyout', key, '-out', cert, ...subject], { stdio: 'pipe' })

/** A certificate of our own for localhost, vouched for by itself. */
export const CERTIFICATE = readFileSync(cert, 'utf8')
export const PRIVATE_KEY = readFileSync(key, 'utf8')
rmSync(folder, { recursive: true })
