-- Sends each line of a file once, and writes down every receipt that came back.
local bodies = io.open(os.getenv("BODIES"))
local told = io.open(os.getenv("TOLD"), "w")
local headers = { ["Content-Type"] = "application/json" }

function request()
  return wrk.format("POST", nil, headers, bodies:read("*l"))
end

function response(status, _, body)
  if status == 201 then
    told:write(body:match('"receipt": "([^"]+)"'), "\n")
    told:flush()
  end
end
