// Logs in and renews with one version of Infisical's SDK in a process of its own, since some keep AWS credentials for good.
// Prints the tokens, or the SDK's error. Arguments: version, method, and what the method needs.
import { createRequire } from 'node:module'
import { stage } from './stage.mjs'

const [version, method, ...given] = process.argv.slice(2)
const { InfisicalSDK } = createRequire(import.meta.url)(`infisical-sdk-${version}`)

function told(error) {
  return { name: error.constructor.name, isError: error instanceof Error, message: error.message }
}

const answer = {}
try {
  const auth = () => client.auth()[method === 'aws' ? 'awsIamAuth' : 'universalAuth']
  const client = new InfisicalSDK({ siteUrl: stage.issuer })
  await auth().login(method === 'aws' ? { identityId: given[0] } : { clientId: given[0], clientSecret: given[1] })
  // Version 3 keeps its token to itself.
  const token = () => client.auth().getAccessToken?.()
  answer.token = token()
  answer.loggedIn = true
  await auth().renew()
  answer.renewed = token()
  try {
    await client.secrets().listSecrets({ environment: 'prod', projectId: 'shop' })
  } catch (error) {
    answer.secrets = told(error)
  }
} catch (error) {
  answer.error = told(error)
}
console.log(JSON.stringify(answer))
