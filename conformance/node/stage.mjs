// What the stage offers: conformance/run has started it, and SALLYPORT_STAGE names its description.
import { readFileSync } from 'node:fs'

export const stage = JSON.parse(readFileSync(process.env.SALLYPORT_STAGE, 'utf8'))

// New keys of the role, as the environment of a Lambda function has them.
export async function awsRole(role) {
  const answer = await fetch(`${stage.issue}/aws?role=${role}`)
  return answer.json()
}

export function claims(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
}

export async function post(path, body) {
  const answer = await fetch(stage.issuer + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body)
  })
  return { status: answer.status, body: await answer.json() }
}

export async function token(form) {
  const answer = await fetch(stage.issuer + '/v1/token', { method: 'POST', body: new URLSearchParams(form) })
  return { status: answer.status, body: await answer.json() }
}
