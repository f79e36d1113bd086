//! Signatures of deliveries (Standard Webhooks 1.0.0, "Verifying signatures"): HMAC-SHA-256.

use crate::storage::secret_key::SecretKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The value of `webhook-signature`: one signature for each secret, separated by spaces.
pub fn sign(secrets: &[Vec<u8>], id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let signature = |secret: &Vec<u8>| {
        let mac = SecretKey::new(secret.clone()).mac(signed.as_bytes());
        format!("v1,{}", STANDARD.encode(mac))
    };
    let signatures: Vec<_> = secrets.iter().map(signature).collect();
    signatures.join(" ")
}

/// A secret as an owner is shown it.
pub fn shown(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use standardwebhooks::Webhook;

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // The example of the specification's reference libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, seconds) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330);
        let body = r#"{"test": 2432232314}"#;
        assert_eq!(
            sign(std::slice::from_ref(&secret), id, seconds, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn the_reference_library_signs_the_same() {
        for (length, body) in [
            (24, "{}"),
            (32, "{\"a\":\"é\u{1f600}\"}"),
            (64, "x".repeat(9000).as_str()),
        ] {
            let secret = vec![7; length];
            let reference = Webhook::new(&shown(&secret)).unwrap();
            let expected = reference.sign("msg_1", 1_800_000_000, body.as_bytes());
            let signed = sign(&[secret], "msg_1", 1_800_000_000, body);
            assert_eq!(signed, expected.unwrap());
        }
    }

    #[test]
    fn two_secrets_give_two_signatures() {
        let both = sign(&[vec![1; 32], vec![2; 32]], "msg_1", 1, "{}");
        let each = [1, 2].map(|byte| sign(&[vec![byte; 32]], "msg_1", 1, "{}"));
        assert_eq!(both, each.join(" "));
    }
}
