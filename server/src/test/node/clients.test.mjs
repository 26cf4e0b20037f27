// openid-client gets, introspects and revokes tokens, jose verifies them: both as they come from npm.
// SALLYPORT_STAGE tells where the server is and who its clients are.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createRemoteJWKSet, importJWK, jwtVerify } from 'jose'
import * as client from 'openid-client'

const stage = JSON.parse(process.env.SALLYPORT_STAGE)
const issuer = new URL(stage.issuer)
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Plain HTTP is for the loopback alone. */
function discover(clientId, authentication, options = {}) {
  return client.discovery(issuer, clientId, undefined, authentication, {
    execute: [client.allowInsecureRequests],
    ...options,
  })
}

async function privateKeyJwt(jwk, alg) {
  return client.PrivateKeyJwt({ key: await importJWK(jwk, alg), kid: jwk.kid })
}

const basic = () => client.ClientSecretBasic(stage.secret)
const shop = () => discover(stage.alias, basic())
const ordersServer = () => discover(stage.ordersServer, basic())

async function ordersToken(scope) {
  return client.clientCredentialsGrant(await shop(), { resource: stage.orders, ...(scope && { scope }) })
}

async function verify(token, expected = {}) {
  const metadata = (await shop()).serverMetadata()
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))
  return jwtVerify(token, keys, {
    issuer: metadata.issuer,
    audience: stage.orders,
    typ: 'at+jwt',
    requiredClaims: ['exp'],
    ...expected,
  })
}

for (const algorithm of ['oidc', 'oauth2']) {
  test(`finds the endpoints by ${algorithm} discovery`, async () => {
    const metadata = (await discover(stage.alias, basic(), { algorithm })).serverMetadata()
    assert.equal(metadata.issuer, stage.issuer)
    assert.equal(metadata.token_endpoint, `${stage.issuer}/v1/token`)
    assert.equal(metadata.introspection_endpoint, `${stage.issuer}/v1/introspect`)
    assert.equal(metadata.revocation_endpoint, `${stage.issuer}/v1/revoke`)
  })
}

for (const [how, clientId, authentication, subject] of [
  ['client_secret_basic', stage.alias, basic, stage.shop],
  ['client_secret_post', stage.alias, () => client.ClientSecretPost(stage.secret), stage.shop],
  ['private_key_jwt with ES256', stage.shop, () => privateKeyJwt(stage.ecKey, 'ES256'), stage.shop],
  ['private_key_jwt with RS256', stage.batch, () => privateKeyJwt(stage.rsaKey, 'RS256'), stage.batch],
]) {
  test(`authenticates by ${how}`, async () => {
    const config = await discover(clientId, await authentication())
    const granted = await client.clientCredentialsGrant(config, { resource: stage.orders })
    assert.equal(granted.token_type, 'bearer')
    assert.equal(granted.expires_in, 3600)
    const { payload, protectedHeader } = await verify(granted.access_token)
    assert.equal(protectedHeader.typ, 'at+jwt')
    assert.equal(payload.sub, subject)
    assert.equal(payload.client_id, subject)
  })
}

test('gets the scopes that it asks for or the defaults', async () => {
  assert.equal((await ordersToken('write')).scope, 'write')
  assert.equal((await ordersToken()).scope, 'read')
})

test('shows an assertion instead of authenticating', async () => {
  const config = await discover(stage.alias, client.None())
  const parameters = { assertion: stage.trustedToken, resource: stage.orders }
  const granted = await client.genericGrantRequest(config, JWT_BEARER, parameters)
  assert.equal((await verify(granted.access_token)).payload.sub, stage.shop)
})

test('passes a call on as the actor', async () => {
  const granted = await client.genericGrantRequest(await ordersServer(), TOKEN_EXCHANGE, {
    subject_token: (await ordersToken()).access_token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: stage.billing,
  })
  assert.equal(granted.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token')
  const { payload } = await verify(granted.access_token, { audience: stage.billing, typ: 'JWT' })
  assert.equal(payload.sub, stage.shop)
  assert.deepEqual(payload.act, { sub: stage.ordersServer })
})

for (const [flaw, expected, code] of [
  ['another audience', { audience: stage.billing }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['another issuer', { issuer: 'https://login.example.org' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ['another type', { typ: 'JWT' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
]) {
  test(`refuses a token of ${flaw}`, async () => {
    const { access_token: token } = await ordersToken()
    await assert.rejects(verify(token, expected), { code })
  })
}

test('introspects', async () => {
  const { access_token: token } = await ordersToken()
  const told = await client.tokenIntrospection(await ordersServer(), token)
  assert.equal(told.active, true)
  assert.equal(told.sub, stage.shop)
  assert.equal(told.aud, stage.orders)
  assert.equal(told.scope, 'read')
  const other = await discover(stage.billingServer, basic())
  assert.deepEqual(await client.tokenIntrospection(other, token), { active: false })
})

test('introspects with a key', async () => {
  const { access_token: token } = await ordersToken()
  const config = await discover(stage.ordersServer, await privateKeyJwt(stage.ecKey, 'ES256'))
  assert.equal((await client.tokenIntrospection(config, token)).active, true)
})

test('revokes', async () => {
  const { access_token: token } = await ordersToken()
  await client.tokenRevocation(await shop(), token)
  assert.deepEqual(await client.tokenIntrospection(await ordersServer(), token), { active: false })
  await client.tokenRevocation(await shop(), 'made-up')
})

test('is told why', async () => {
  const config = await shop()
  await assert.rejects(client.clientCredentialsGrant(config, { audience: stage.ungranted }), {
    error: 'invalid_target',
    status: 400,
  })
  await assert.rejects(client.clientCredentialsGrant(config, { resource: stage.orders, scope: 'delete' }), {
    error: 'invalid_scope',
    status: 400,
  })
  await assert.rejects(client.genericGrantRequest(config, 'password', { username: 'a', password: 'b' }), {
    error: 'unsupported_grant_type',
    status: 400,
  })
  const none = await discover(stage.alias, client.None())
  await assert.rejects(client.genericGrantRequest(none, JWT_BEARER, { assertion: stage.strangersToken }), {
    error: 'invalid_grant',
    status: 400,
  })
})

test('is told that its secret is another', async () => {
  const guessing = await discover(stage.alias, client.ClientSecretBasic('guessed'))
  await assert.rejects(client.clientCredentialsGrant(guessing, { resource: stage.orders }), (error) => {
    assert.ok(error instanceof client.WWWAuthenticateChallengeError)
    assert.equal(error.status, 401)
    assert.equal(error.cause[0].scheme, 'basic')
    return true
  })
})
