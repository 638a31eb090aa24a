import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { anApp, anAssertion, aServer, postToken, tokenForm } from '../a-server.ts'

async function aWatchedServer(t: TestContext) {
  const made = await aServer(t, { watch: { port: 0 }, limits: { tokensPerMinute: 2 } })
  const { watchUrl = '', url } = await made.server.listen({ port: 0 })
  const read = async (): Promise<string> => (await fetch(`${watchUrl}/metrics`)).text()
  return { ...made, read, watchUrl, url }
}

suite('metrics', () => {
  test('count tokens, refusals by their first failed check, and limits', async (t) => {
    const server = await aWatchedServer(t)
    const app = await anApp(server)
    const assertion = await anAssertion(app)
    await postToken(server, tokenForm(assertion))
    await postToken(server, tokenForm(assertion))
    await postToken(server, tokenForm(await anAssertion(app, { aud: 'https://elsewhere.example' })))
    await postToken(server, tokenForm(await anAssertion(app)))
    const text = await server.read()
    for (const line of [
      'keygrant_tokens_issued_total 1',
      'keygrant_token_requests_refused_total{error="invalid_client",check="replay"} 1',
      'keygrant_token_requests_refused_total{error="invalid_client",check="aud"} 1',
      'keygrant_rate_limited_total{limit="token"} 1',
      'keygrant_rate_limited_total{limit="failure"} 0',
      'keygrant_ready 1',
      'keygrant_http_request_duration_seconds_count{method="POST",route="/oauth2/v1/token",status="200"} 1',
      'keygrant_http_request_duration_seconds_count{method="POST",route="/oauth2/v1/token",status="401"} 2',
      'keygrant_http_request_duration_seconds_count{method="POST",route="/oauth2/v1/token",status="429"} 1',
    ]) {
      assert.ok(text.includes(`\n${line}\n`), `${line}\n${text}`)
    }
    assert.match(text, /^nodejs_eventloop_lag_seconds /m)
    assert.match(text, /^keygrant_build_info\{version="\d+\.\d+\.\d+",node="/m)
  })

  test('[DOS-004] have no label that a stranger can multiply', async (t) => {
    const server = await aWatchedServer(t)
    const before = (await server.read()).split('\n').length
    for (let i = 0; i < 30; i++) {
      await server.server.inject({ url: `/nothing/${i}` })
      await server.server.inject({ url: `/api/v1/apps/0oa${i}` })
      await postToken(server, tokenForm(`${i}.${i}.${i}`, { grant_type: `type ${i}` }))
    }
    const text = await server.read()
    assert.ok(text.split('\n').length - before < 90, text)
    assert.ok(text.includes('route="none",status="404"} 30'), text)
  })

  test('are not where the public is, and the public’s documents are not where they are', async (t) => {
    const { url, watchUrl } = await aWatchedServer(t)
    assert.equal((await fetch(`${url}/metrics`)).status, 404)
    assert.equal((await fetch(`${watchUrl}/oauth2/v1/keys`)).status, 404)
    assert.equal((await fetch(`${watchUrl}/readyz`)).status, 200)
    assert.equal((await fetch(`${watchUrl}/livez`)).status, 200)
  })

  test('are not there unless they are asked for', async (t) => {
    const { server } = await aServer(t)
    assert.deepEqual(Object.keys(await server.listen({ port: 0 })).toSorted(), ['port', 'url'])
  })
})
