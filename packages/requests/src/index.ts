export { RequestFailure, type RequestFailureCode, type RequestFailureDetail } from "./request-failure.ts";
export { connectionHeaders, isHeaderName } from "./request-headers.ts";
export type { HeaderList, IncomingResponse, OutgoingRequest, RequestTransport } from "./request-transport.ts";
export { ResponseRoom } from "./response-room.ts";
export { sendRequest } from "./send-request.ts";
