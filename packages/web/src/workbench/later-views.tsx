/**
 * The parts of the workbench that come later, as one file.
 * @module
 */

export { AppChoice, inOrder, ScopeLack, ScopeMark, ScopeQuestion } from './app-view.tsx'
export { CodeCard } from './code-view.tsx'
export { FaultChoice } from './fault-choice.tsx'
export { KeyFacts, Reasons } from './key-facts.tsx'
export { Comparison, foretell, PreflightCard, Refusal } from './preflight-view.tsx'
export { RetryAfter } from './retry-after-view.tsx'
export { ShareDialog } from './share-view.tsx'
export { tellPublicKey } from './tell-public-key.ts'
