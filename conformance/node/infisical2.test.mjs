// Infisical's former SDK for Node, version 2, which is a native library.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { stage } from './stage.mjs'

const { InfisicalClient } = createRequire(import.meta.url)('infisical-sdk-2')
const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
after(() => rmSync(folder, { recursive: true }))

// Its errors have no type and no status.
const found = /^Error: Secret with name '' not found\.$/
const denied = /^Error: Failed to authenticate: Access denied/

// It logs in at the first call. There are no secrets, so a call that is logged in finds none.
function list(auth) {
  return new InfisicalClient({ siteUrl: stage.issuer, auth }).listSecrets({ environment: 'prod', projectId: 'shop', path: '/' })
}

function pod(identityId, token) {
  const serviceAccountTokenPath = join(folder, 'token')
  writeFileSync(serviceAccountTokenPath, token)
  return { kubernetes: { identityId, serviceAccountTokenPath } }
}

test('logs in with Kubernetes', async () => {
  await assert.rejects(list(pod('kubernetes', stage.kubernetes.token)), found)
})

test('is denied the token of another service account', async () => {
  await assert.rejects(list(pod('kubernetes', stage.kubernetes.strangersToken)), denied)
})

test('is denied an identity without Kubernetes', async () => {
  await assert.rejects(list(pod('oidc', stage.kubernetes.token)), denied)
})

test('logs in with universal auth', async () => {
  await assert.rejects(list({ universalAuth: { clientId: 'client', clientSecret: stage.secret } }), found)
})

test('is denied a wrong secret', async () => {
  await assert.rejects(list({ universalAuth: { clientId: 'client', clientSecret: 'wrong' } }), denied)
})
