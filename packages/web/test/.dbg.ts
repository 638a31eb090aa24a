import { readKey, generateKey, exportPrivateJwk } from '@keygrant/core/keys'
const ks=[await generateKey({kty:'EC',crv:'P-256'},{kid:'a'}),await generateKey({kty:'EC',crv:'P-384'},{kid:'b'}),await generateKey({kty:'RSA',modulusBits:2048},{kid:'c'})]
const set=JSON.stringify({keys:ks.map(k=>exportPrivateJwk(k))})
try{console.log(await readKey(set))}catch(e){console.log(e.code,e.message,e.fix)}
try{console.log((await readKey(set,{kid:'b'})).form)}catch(e){console.log(e.code,e.message)}
